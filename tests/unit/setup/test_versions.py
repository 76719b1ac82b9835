"""Which installed tools will do, and what is said where none does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.setup.errors import EngineUnavailableError
from tools.setup.versions import (
    Pulumi,
    Tool,
    dotted,
    engine_source,
    java_settings_in,
    version_in,
)

GO = Tool(path="/usr/bin/go", version=(1, 26, 8))
OLD_GO = Tool(path="/usr/bin/go", version=(1, 24, 9))


def pulumi(*version: int, has_python_host: bool = True) -> Pulumi:
    return Pulumi(path="/usr/bin/pulumi", version=version, has_python_host=has_python_host)


@pytest.mark.parametrize(
    ("answer", "version"),
    [
        ("go version go1.25.3 linux/amd64", (1, 25, 3)),
        ("v3.220.0\n", (3, 220, 0)),
        ("warning: a new version is available\nv3.201.1-alpha.x", (3, 201, 1)),
        ("go version devel", None),
        ("", None),
    ],
)
def test_a_version_is_read_from_a_tool_s_answer(
    answer: str, version: tuple[int, ...] | None
) -> None:
    assert version_in(answer) == version


@given(st.lists(st.integers(min_value=0, max_value=999), min_size=2, max_size=4).map(tuple))
def test_a_version_that_is_spelled_is_read_back(version: tuple[int, ...]) -> None:
    assert version_in(f"tool v{dotted(version)} linux") == version


@pytest.mark.parametrize("version", [(3, 200, 0), (3, 250, 1), (4, 0, 0)], ids=str)
def test_a_new_enough_pulumi_is_preferred_to_go(version: tuple[int, ...]) -> None:
    installed = pulumi(*version)
    assert engine_source(pulumi=installed, go=GO) is installed


@pytest.mark.parametrize(
    "unfit",
    [
        pytest.param(None, id="none"),
        pytest.param(pulumi(3, 199, 9), id="too old"),
        pytest.param(pulumi(3, 220, 0, has_python_host=False), id="no language host"),
        pytest.param(
            Pulumi(path="/bin/pulumi", version=None, has_python_host=True), id="no answer"
        ),
    ],
)
def test_go_builds_where_no_pulumi_will_do(unfit: Pulumi | None) -> None:
    assert engine_source(pulumi=unfit, go=GO) is GO


@pytest.mark.parametrize(
    ("installed", "go", "said"),
    [
        pytest.param(None, None, ["no pulumi on PATH", "no go on PATH"], id="neither"),
        pytest.param(
            pulumi(3, 100, 0),
            OLD_GO,
            ["pulumi 3.100.0 at /usr/bin/pulumi", "go 1.24.9 at /usr/bin/go"],
            id="both too old",
        ),
        pytest.param(
            pulumi(3, 220, 0, has_python_host=False),
            None,
            ["without pulumi-language-python", "no go on PATH"],
            id="pulumi alone",
        ),
        pytest.param(
            None, Tool(path="/usr/bin/go", version=None), ["of unknown version"], id="a mute go"
        ),
    ],
)
def test_without_an_engine_the_message_says_what_was_found_and_what_helps(
    installed: Pulumi | None, go: Tool | None, said: list[str]
) -> None:
    with pytest.raises(EngineUnavailableError) as caught:
        engine_source(pulumi=installed, go=go)
    message = str(caught.value)
    assert all(part in message for part in said)
    assert "install the Pulumi command-line tool 3.200 or newer, or Go 1.25 or newer" in message


JAVA_ANSWER = """Property settings:
    java.home = /opt/java home
    java.specification.version = {specification}
    java.version = 17.0.15

openjdk version "17.0.15"
"""


@pytest.mark.parametrize(
    ("specification", "will_do"), [("17", True), ("21", False), ("1.8", False)]
)
def test_only_java_17_will_do(specification: str, will_do: bool) -> None:
    settings = java_settings_in(JAVA_ANSWER.format(specification=specification))
    assert settings is not None
    assert settings.home == "/opt/java home"
    assert settings.will_do is will_do


def test_a_launcher_without_a_java_behind_it_is_no_java() -> None:
    assert java_settings_in("Unable to locate a Java Runtime.") is None

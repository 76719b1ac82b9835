"""A step runs when it is due, counts as made only at its end, and asks for space first."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.setup import step as step_module
from tools.setup.command import Runner
from tools.setup.console import Console
from tools.setup.disk import put_in_place
from tools.setup.errors import DiskFullError
from tools.setup.layout import Layout
from tools.setup.stamps import Stamps, fingerprint, identity
from tools.setup.step import Progress, Step


class Bench:
    """A layout with one product, and a record of the builds."""

    def __init__(self, root: Path) -> None:
        self.layout = Layout(root=root)
        self.product = root / "product"
        self.builds: list[str] = []
        self.progress = Progress(layout=self.layout, console=Console(stream=io.StringIO()))

    def step(self, key: str, build: Callable[[Runner], None] | None = None) -> Step:
        def create(_runner: Runner) -> None:
            self.builds.append(key)
            self.product.write_text(key)

        return Step(
            name="part",
            title="A part",
            key=key,
            products=(self.product,),
            keeps_mib=1,
            needs_mib=2,
            build=build or create,
        )


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def interrupted(_runner: Runner) -> None:
    raise KeyboardInterrupt


def test_a_made_step_is_skipped(bench: Bench) -> None:
    assert bench.progress.make(bench.step("a"))
    assert not bench.progress.make(bench.step("a"))
    assert bench.builds == ["a"]


def test_changed_inputs_make_a_step_due(bench: Bench) -> None:
    bench.progress.make(bench.step("a"))
    assert bench.progress.make(bench.step("b"))
    assert bench.builds == ["a", "b"]


def test_a_product_that_is_gone_makes_a_step_due(bench: Bench) -> None:
    bench.progress.make(bench.step("a"))
    bench.product.unlink()
    assert bench.progress.make(bench.step("a"))


def test_an_interrupted_step_is_not_made_even_if_its_product_is_there(bench: Bench) -> None:
    bench.product.write_text("half")
    with pytest.raises(KeyboardInterrupt):
        bench.progress.make(bench.step("a", interrupted))
    assert not bench.progress.is_made(bench.step("a"))


def test_an_interrupted_change_is_not_made_when_the_inputs_change_back(bench: Bench) -> None:
    bench.progress.make(bench.step("a"))
    with pytest.raises(KeyboardInterrupt):
        bench.progress.make(bench.step("b", interrupted))
    assert bench.progress.make(bench.step("a"))


def test_a_full_disk_stops_a_step_before_it_starts(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_free(_place: Path) -> int:
        return 0

    monkeypatch.setattr(step_module, "free_mib", nothing_free)
    with pytest.raises(DiskFullError, match=r"0 MiB are free at .* about 2 MiB are needed"):
        bench.progress.make(bench.step("a"))
    assert bench.builds == []


@given(st.lists(st.text(), min_size=1, max_size=4), st.lists(st.text(), min_size=1, max_size=4))
def test_fingerprints_differ_where_inputs_differ(left: list[str], right: list[str]) -> None:
    assert (fingerprint(*left) == fingerprint(*right)) is (left == right)


def test_a_fingerprint_follows_the_content_of_files(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("one")
    before = fingerprint(lock)
    assert before == fingerprint("one")
    lock.write_text("two")
    assert fingerprint(lock) != before


def test_a_replaced_tool_has_another_identity(tmp_path: Path) -> None:
    tool, link = tmp_path / "tool", tmp_path / "link"
    tool.write_text("1")
    link.symlink_to(tool)
    before = identity(str(link))
    assert before == identity(str(tool))
    tool.write_text("22")
    assert identity(str(link)) != before
    assert identity(None) == "absent"


def test_a_stamp_that_was_never_written_matches_nothing(tmp_path: Path) -> None:
    assert not Stamps(directory=tmp_path / "absent").matches("part", "a")


@pytest.mark.parametrize("before", ["nothing", "directory", "link", "remains"])
def test_a_finished_directory_replaces_whatever_was_there(tmp_path: Path, before: str) -> None:
    finished, target = tmp_path / "aside" / "part", tmp_path / "part"
    finished.mkdir(parents=True)
    (finished / "new").touch()
    if before == "directory":
        target.mkdir()
        (target / "old").touch()
    elif before == "link":
        target.symlink_to(tmp_path)
    elif before == "remains":
        (tmp_path / "aside" / "part.previous").mkdir()
    put_in_place(finished, target)
    assert [entry.name for entry in target.iterdir()] == ["new"]
    assert list((tmp_path / "aside").iterdir()) == []

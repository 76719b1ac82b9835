"""The repository keeps its own rules; test_rules.py shows that each rule can fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import packages_distributions

import pytest

from tests.architecture import imports, names
from tests.architecture.source import PRODUCT_ROOMS, ROOT, SourceFile, repository_files

Rule = Callable[[Iterable[SourceFile]], Iterator[str]]

RULES_OF_PYTHON = (
    imports.import_directions,
    imports.light_tarn,
    imports.pure_cores,
    imports.ways_in_use_cores_only,
    imports.awsglue_in_entries_only,
    imports.tools_need_nothing,
    names.shapeless_names,
    names.long_files,
)
RULES_OF_TEXT = (names.known_targets, names.machine_words, names.known_answers)


@pytest.fixture(scope="module")
def texts() -> tuple[SourceFile, ...]:
    return repository_files()


@pytest.fixture(scope="module")
def programs(texts: tuple[SourceFile, ...]) -> tuple[SourceFile, ...]:
    return tuple(file for file in texts if file.path.suffix == ".py" and len(file.path.parts) > 1)


@pytest.mark.parametrize("rule", RULES_OF_PYTHON, ids=lambda rule: rule.__name__)
def test_programs_keep(rule: Rule, programs: tuple[SourceFile, ...]) -> None:
    assert list(rule(programs)) == []


@pytest.mark.parametrize("rule", RULES_OF_TEXT, ids=lambda rule: rule.__name__)
def test_all_files_keep(rule: Rule, texts: tuple[SourceFile, ...]) -> None:
    assert list(rule(texts)) == []


def test_one_file_owns_the_notifications_of_buckets(programs: tuple[SourceFile, ...]) -> None:
    assert len(names.notification_owners(programs)) == 1


def test_nothing_in_infra_hides_a_package(programs: tuple[SourceFile, ...]) -> None:
    installed = packages_distributions().keys() - set(PRODUCT_ROOMS)
    assert list(names.names_of_packages(programs, installed)) == []


def test_the_rules_see_every_room(programs: tuple[SourceFile, ...]) -> None:
    assert {*PRODUCT_ROOMS, "tools", "tests"} <= {file.room for file in programs}


@pytest.mark.parametrize(
    ("room", "files"),
    [("lambdas", {"handler", "core", "adapters"}), ("glue_jobs", {"main", "transform"})],
)
def test_a_unit_has_an_entry_and_a_core(
    room: str, files: set[str], programs: tuple[SourceFile, ...]
) -> None:
    units = {file.module[1] for file in programs if file.room == room and len(file.module) > 2}
    present = {file.module for file in programs}
    assert units
    assert {(room, unit, name) for unit in units for name in files} <= present


@pytest.mark.parametrize("room", PRODUCT_ROOMS)
def test_a_room_tells_checkers_that_it_is_typed(room: str) -> None:
    assert (ROOT / room / "py.typed").is_file()

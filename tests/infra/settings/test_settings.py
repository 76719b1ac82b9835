"""The stack's configuration: typed, bounded, complete, and every problem at once."""

from __future__ import annotations

import dataclasses
import json
import platform
from typing import TYPE_CHECKING

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.errors import SettingsError
from infra.settings import Architecture, Settings, load_settings, settings_from

if TYPE_CHECKING:
    from collections.abc import Mapping

MINIMAL = {"environment": "dev"}


def problems(values: Mapping[str, object]) -> tuple[str, ...]:
    """Return what is refused about the values, on top of a usable environment."""
    with pytest.raises(SettingsError) as refused:
        settings_from({**MINIMAL, **values}, stack="dev")
    return refused.value.problems


def test_only_the_environment_has_to_be_said() -> None:
    assert settings_from(MINIMAL, stack="dev") == Settings(environment="dev")


def test_by_default_no_data_may_be_removed() -> None:
    settings = settings_from(MINIMAL, stack="dev")
    sections = [
        getattr(settings, field.name)
        for field in dataclasses.fields(settings)
        if dataclasses.is_dataclass(getattr(settings, field.name))
    ]
    switches = [getattr(each, "data_removal_allowed", False) for each in (settings, *sections)]
    assert switches == [False] * len(switches)


def test_an_unknown_key_is_refused_with_the_keys_there_are() -> None:
    (problem,) = problems({"enviroment": "dev"})
    assert problem.startswith("tarn:enviroment is not a setting; allowed: ")
    for field in dataclasses.fields(Settings):
        first, *rest = field.name.split("_")
        assert first + "".join(word.capitalize() for word in rest) in problem


def test_an_unknown_key_of_a_section_is_refused_by_its_path() -> None:
    (problem,) = problems({"ingestion": {"memory": 1024}})
    assert problem.startswith("tarn:ingestion.memory is not a setting; allowed: architecture, ")


def test_every_problem_is_reported_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        settings_from(
            {"unknown": 1, "lake": "[", "ingestion": {"memoryMb": 1, "batchSize": "ten"}},
            stack="dev",
        )
    message = str(refused.value)
    for fragment in (
        "5 problem(s)",
        "tarn:unknown is not a setting",
        "tarn:environment is missing; it has no default",
        'tarn:lake is "["; allowed: an object of settings',
        "tarn:ingestion.memoryMb is 1; allowed: from 512 to 10240",
        'tarn:ingestion.batchSize is "ten"; allowed: a whole number',
        "Pulumi.dev.yaml",
    ):
        assert fragment in message


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        pytest.param(
            {"environment": "Prod"},
            'tarn:environment is "Prod"; allowed: text matching',
            id="upper-case-environment",
        ),
        pytest.param(
            {"environment": "a-very-long-environment"},
            "tarn:environment is",
            id="environment-that-makes-bucket-names-too-long",
        ),
        pytest.param(
            {"ingestion": {"architecture": "mips"}},
            'tarn:ingestion.architecture is "mips"; allowed: one of arm64, x86_64, host',
            id="unknown-architecture",
        ),
        pytest.param(
            {"ingestion": {"maximumConcurrency": 1}},
            "tarn:ingestion.maximumConcurrency is 1; allowed: from 2 to 1000",
            id="concurrency-that-lambda-refuses",
        ),
        pytest.param(
            {"ingestion": {"logRetentionDays": 31}},
            "tarn:ingestion.logRetentionDays is 31; allowed: one of 1, 3, 7",
            id="retention-that-logs-refuses",
        ),
        pytest.param(
            {"transform": {"batchWindowSeconds": 901}},
            "tarn:transform.batchWindowSeconds is 901; allowed: from ",
            id="window-that-glue-refuses",
        ),
        pytest.param(
            {"dataRemovalAllowed": "yes"},
            'tarn:dataRemovalAllowed is "yes"; allowed: true or false',
            id="neither-true-nor-false",
        ),
        pytest.param(
            {"ingestion": {"memoryMb": True}},
            "tarn:ingestion.memoryMb is true; allowed: a whole number",
            id="a-truth-is-no-number",
        ),
        pytest.param(
            {"ingestion": {"batchSize": 11, "batchWindowSeconds": 0}},
            "tarn:ingestion.batchSize is 11 while batchWindowSeconds is 0; allowed: a window",
            id="batch-that-lambda-refuses-without-a-window",
        ),
        pytest.param(
            {"watching": {"alarmEmail": "nobody"}},
            'tarn:watching.alarmEmail is "nobody"',
            id="no-address",
        ),
    ],
)
def test_a_value_out_of_bounds_is_refused_with_what_is_allowed(
    values: Mapping[str, object], problem: str
) -> None:
    (found,) = problems(values)
    assert found.startswith(problem)


def test_a_section_may_come_as_json_text_as_the_engine_hands_it_over() -> None:
    section = json.dumps({"memoryMb": 3072, "architecture": "x86_64"})
    ingestion = settings_from({**MINIMAL, "ingestion": section}, stack="dev").ingestion
    assert (ingestion.memory_mb, ingestion.architecture) == (3072, Architecture.X86_64)


@pytest.mark.parametrize(
    ("machine", "architecture"),
    [
        ("x86_64", Architecture.X86_64),
        ("AMD64", Architecture.X86_64),
        ("aarch64", Architecture.ARM64),
        ("arm64", Architecture.ARM64),
    ],
)
def test_the_hosts_architecture_is_that_of_the_machine_that_deploys(
    monkeypatch: pytest.MonkeyPatch, machine: str, architecture: Architecture
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert Architecture.HOST.concrete is architecture
    assert architecture.concrete is architecture


def test_other_namespaces_are_left_alone() -> None:
    pulumi.runtime.set_all_config({"aws:region": "eu-central-1", "tarn:environment": "dev"})
    assert load_settings() == Settings(environment="dev")


@given(st.integers())
def test_a_number_is_taken_exactly_within_its_bounds(number: int) -> None:
    values = {**MINIMAL, "ingestion": {"memoryMb": number}}
    if 512 <= number <= 10240:
        assert settings_from(values, stack="dev").ingestion.memory_mb == number
    else:
        with pytest.raises(SettingsError):
            settings_from(values, stack="dev")

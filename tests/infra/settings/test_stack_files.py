"""The committed environments: each can be loaded, and says what it must."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, cast

import pytest
import yaml

from infra.settings import Settings, settings_from

PROJECT: Final = Path(__file__).parents[3]
STACKS: Final = ("local", "dev", "prod")
PROVIDERS: Final = {"aws:region", "aws:allowedAccountIds"}
REVIEW: Final = {"review:usage"}
"""What a review assumes; the program does not read it."""


def config_of(stack: str) -> dict[str, Any]:
    """Read the configuration of a committed stack."""
    text = (PROJECT / f"Pulumi.{stack}.yaml").read_text()
    return cast("dict[str, Any]", yaml.safe_load(text)["config"])


def settings_of(stack: str) -> Settings:
    """Load the settings of a committed stack."""
    prefix = "tarn:"
    config = config_of(stack).items()
    values = {key.removeprefix(prefix): value for key, value in config if key.startswith(prefix)}
    return settings_from(values, stack=stack)


@pytest.mark.parametrize("stack", STACKS)
def test_a_committed_environment_can_be_loaded(stack: str) -> None:
    assert settings_of(stack).environment == stack


@pytest.mark.parametrize("stack", STACKS)
def test_an_environment_configures_only_this_program_its_provider_and_its_review(
    stack: str,
) -> None:
    foreign = {key for key in config_of(stack) if not key.startswith("tarn:")}
    assert foreign <= PROVIDERS | REVIEW


def test_there_is_no_environment_that_is_not_tested() -> None:
    assert {path.name for path in PROJECT.glob("Pulumi.*.yaml")} == {
        f"Pulumi.{stack}.yaml" for stack in STACKS
    }


def test_the_local_environment_refuses_every_real_account() -> None:
    assert config_of("local")["aws:allowedAccountIds"] == ["000000000000"]


def test_production_allows_no_removal_of_data() -> None:
    """Neither switch, and so not by turning one of them later either."""
    settings = settings_of("prod")
    assert not settings.data_removal_allowed
    for section in (settings.lake, settings.ingestion, settings.transform, settings.warehouse):
        assert not section.data_removal_allowed

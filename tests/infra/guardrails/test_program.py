"""The shipped program keeps every rule in every environment, but for what is waived in the open.

Pulumi's mocks know every value, so nothing is left undecided here. tests/e2e asks the same rules
through the real engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, cast

import pytest
import yaml

from guardrails.pack import stack_facts
from guardrails.resources import Resource, Stack
from guardrails.rule import Rule, findings
from guardrails.rules import ALL
from guardrails.waivers import Waivers, read_waivers
from tests.infra.recording import Recording
from tests.infra.settings.test_stack_files import PROJECT, STACKS, config_of

Record = Callable[[Mapping[str, object]], Recording]

ABOUT_NOTHING_HERE: Final = frozenset({"function-not-public", "iam-attaches-no-full-access"})
"""Rules about types that the program does without."""

WHEN_WRITTEN: Final = date(2026, 11, 24)
"""A day on which the shipped waivers count; the test must not fail when one expires."""


def shipped_waivers() -> Waivers:
    project = yaml.safe_load((PROJECT / "Pulumi.yaml").read_text())
    configured = project["config"]["guardrails:waivers"]["value"]
    return read_waivers(configured, rules={rule.name for rule in ALL}, today=WHEN_WRITTEN)


@pytest.fixture(scope="module", params=STACKS)
def environment(request: pytest.FixtureRequest, record_stack: Record) -> tuple[str, Stack]:
    name = str(request.param)
    prefix = "tarn:"
    values = {
        key.removeprefix(prefix): value
        for key, value in config_of(name).items()
        if key.startswith(prefix)
    }
    return name, stack_of(record_stack(values))


def stack_of(recording: Recording) -> Stack:
    return Stack(
        resources=[
            Resource(
                given=cast("dict[str, Any]", one.inputs),
                urn=one.urn,
                type=one.type,
                protected=one.protect,
                refers_to=one.property_dependencies,
            )
            for one in recording.registrations
        ],
        day=WHEN_WRITTEN,
    )


def test_the_program_keeps_every_rule(environment: tuple[str, Stack]) -> None:
    name, stack = environment
    facts = stack_facts({key: str(value) for key, value in config_of(name).items()})
    waivers = shipped_waivers()

    broken = [one.message for one in findings(ALL, stack, facts) if waivers.covering(one) is None]

    assert broken == []


def test_every_shipped_waiver_is_sound_and_needed(environment: tuple[str, Stack]) -> None:
    name, stack = environment
    facts = stack_facts({key: str(value) for key, value in config_of(name).items()})
    waivers = shipped_waivers()
    used = {waivers.covering(one) for one in findings(ALL, stack, facts)} - {None}

    assert waivers.problems == ()
    assert not list(waivers.idle([one.name for one in stack.resources]))
    # Production is where every rule counts.
    assert name != "prod" or used == set(waivers.valid)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_the_program_has_what_the_rule_is_about(rule: Rule, stack: Recording) -> None:
    """A rule about types that nobody uses would pass for ever without having looked at anything."""
    looked_at = bool({one.type for one in stack.registrations} & set(rule.types))
    assert looked_at == (rule.name not in ABOUT_NOTHING_HERE)

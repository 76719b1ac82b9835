"""Every rule is kept once and broken once, and stays silent about what it cannot know."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from guardrails.resources import UNKNOWN, Resource, Stack, StackFacts
from guardrails.rule import Finding, ResourceRule, Rule, StackRule, findings
from guardrails.rules import ALL
from guardrails.rules.lambda_ import DEPRECATED_FROM
from tests.unit.guardrails import (
    cases_dynamodb,
    cases_iam,
    cases_lambda,
    cases_others,
    cases_s3,
    cases_snowflake,
    cases_sqs,
)
from tests.unit.guardrails.case import Case

CASES = tuple(
    case
    for listed in (
        cases_s3.CASES,
        cases_iam.CASES,
        cases_lambda.CASES,
        cases_sqs.CASES,
        cases_dynamodb.CASES,
        cases_snowflake.CASES,
        cases_others.CASES,
    )
    for case in listed
)
BY_NAME = {rule.name: rule for rule in ALL}


def found(case: Case, resources: list[Resource]) -> list[Finding]:
    rule = BY_NAME[case.rule]
    assert rule.holds_for(case.facts), "the case is for a stack that the rule is not for"
    assert resources[0].type in rule.types, "the rule does not look at the case's resource"
    return list(findings([rule], Stack(resources=resources, day=case.day), case.facts))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_keeps_a_rule_passes(case: Case) -> None:
    assert found(case, case.passing) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_breaks_a_rule_is_found_and_named(case: Case) -> None:
    broken = found(case, case.failing)

    assert [one.resource for one in broken] == [case.failing[0]]
    assert case.says in broken[0].sentence
    assert broken[0].rule.reason in broken[0].message
    assert broken[0].rule.fix in broken[0].message


def test_runtimes_end_when_aws_says() -> None:
    """cfn-lint keeps AWS's table of runtimes."""
    text = files("cfnlint.data.AdditionalSpecs").joinpath("LmbdRuntimeLifecycle.json").read_text()
    table = json.loads(text)
    assert {name: day.isoformat() for name, day in DEPRECATED_FROM.items()} == {
        name: table[name]["deprecated"] for name in DEPRECATED_FROM
    }


def test_every_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == set(BY_NAME)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_value_that_only_the_apply_knows_breaks_no_rule(case: Case) -> None:
    """Every property of every resource is unknown: nothing that was given can be judged."""
    blurred = [
        Resource(
            given=dict.fromkeys(one.given, UNKNOWN),
            urn=one.urn,
            type=one.type,
            protected=one.protected,
        )
        for one in case.passing
    ]
    assert found(case, blurred) == []


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_a_rule_says_what_it_must(rule: Rule) -> None:
    assert isinstance(rule, ResourceRule | StackRule)
    for sentence in (rule.summary, rule.reason, rule.fix):
        assert sentence.endswith(".")
        assert sentence[0].isupper()
    vendors = ("https://docs.aws.amazon.com/", "https://docs.snowflake.com/")
    assert rule.source.startswith(vendors)
    assert bool(rule.only) == (not all(map(rule.holds_for, _ALL_FACTS)))


_ALL_FACTS = tuple(
    StackFacts(environment=environment, data_removal_allowed=allowed)
    for environment in ("local", "prod")
    for allowed in (True, False)
)

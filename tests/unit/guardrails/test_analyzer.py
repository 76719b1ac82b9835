"""What the engine sends and gets: values it knows and does not know, levels, what is waived."""

from __future__ import annotations

import json
from typing import Any, cast
from unittest.mock import Mock

import yaml
from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from guardrails.analyzer import NAME, VERSION, Analyzer, plain
from guardrails.catalogue import PAGE
from guardrails.pack import DAY_VARIABLE, guardrails
from guardrails.resources import UNKNOWN
from guardrails.rules import ALL
from guardrails.rules.sqs import QUEUE

CONTEXT = cast("Any", Mock())
WAIVER = {
    "rule": "queue-encrypted-with-kms",
    "resource": "files",
    "reason": "It is a test's.",
    "expires": "2027-01-31",
}


def analyzer(*waivers: dict[str, str], day: str = "2026-11-24") -> Analyzer:
    config = {"guardrails:waivers": json.dumps(list(waivers)), "tarn:environment": "prod"}
    return Analyzer(guardrails(ALL, config=config, environment={DAY_VARIABLE: day}))


def queue(**properties: Any) -> analyzer_pb2.AnalyzeRequest:  # noqa: ANN401
    urn = f"urn:pulumi:prod::tarn::{QUEUE}::files"
    request = analyzer_pb2.AnalyzeRequest(type=QUEUE, urn=urn, name="files")
    request.properties.update(properties)
    return request


def stack_with_queue() -> analyzer_pb2.AnalyzeStackRequest:
    one = queue()
    resource = analyzer_pb2.AnalyzerResource(type=QUEUE, urn=one.urn, name="files")
    return analyzer_pb2.AnalyzeStackRequest(resources=[resource])


def names(response: analyzer_pb2.AnalyzeResponse) -> list[str]:
    return [one.policyName for one in response.diagnostics]


def test_a_violation_names_rule_pack_resource_and_level() -> None:
    answer = analyzer().Analyze(queue(), CONTEXT)

    assert names(answer) == ["queue-encrypted-with-kms", "resource-tagged"]
    broken = answer.diagnostics[0]
    assert (broken.policyPackName, broken.policyPackVersion) == (NAME, VERSION)
    assert broken.urn.endswith("::files")
    assert broken.enforcementLevel == analyzer_pb2.MANDATORY
    assert "Queue files names no key" in broken.message


def test_an_unknown_value_is_given_and_breaks_nothing() -> None:
    answer = analyzer().Analyze(queue(kmsMasterKeyId=UNKNOWN_STRING_VALUE), CONTEXT)
    assert names(answer) == ["resource-tagged"]


def test_a_waived_rule_is_told_at_the_end_and_only_there() -> None:
    pack = analyzer(WAIVER)

    assert names(pack.Analyze(queue(), CONTEXT)) == ["resource-tagged"]
    told = [
        one
        for one in pack.AnalyzeStack(stack_with_queue(), CONTEXT).diagnostics
        if one.policyName == "waived"
    ]
    assert len(told) == 1
    assert told[0].enforcementLevel == analyzer_pb2.ADVISORY
    assert "does not count until 2027-01-31 for files: It is a test's." in told[0].message


def test_an_expired_waiver_waives_nothing_and_is_a_violation() -> None:
    pack = analyzer(WAIVER, day="2027-02-01")

    assert "queue-encrypted-with-kms" in names(pack.Analyze(queue(), CONTEXT))
    assert "waivers-valid" in names(pack.AnalyzeStack(stack_with_queue(), CONTEXT))


def test_a_day_that_is_none_is_told() -> None:
    answer = analyzer(day="soon").AnalyzeStack(stack_with_queue(), CONTEXT)
    assert any(f"{DAY_VARIABLE} is 'soon'" in one.message for one in answer.diagnostics)


def test_a_level_can_be_set_for_one_run() -> None:
    pack = analyzer()
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    request.policyConfig["resource-tagged"].enforcementLevel = analyzer_pb2.DISABLED
    request.policyConfig["queue-encrypted-with-kms"].enforcementLevel = analyzer_pb2.ADVISORY
    pack.Configure(request, CONTEXT)

    [only] = pack.Analyze(queue(), CONTEXT).diagnostics
    assert only.policyName == "queue-encrypted-with-kms"
    assert only.enforcementLevel == analyzer_pb2.ADVISORY


def test_the_engine_is_told_of_every_rule() -> None:
    told = analyzer().GetAnalyzerInfo(CONTEXT, CONTEXT)
    assert [one.name for one in told.policies] == [
        *(rule.name for rule in ALL),
        "waivers-valid",
        "waived",
    ]
    assert all(one.url and one.remediation_steps for one in told.policies[:-2])


def test_secrets_and_outputs_are_looked_into() -> None:
    signature = "4dabf18193072939515e22adb298388d"
    properties = struct_pb2.Struct()
    properties.update(
        {
            "secret": {signature: "1b47061264138c4ac30d75fd1eb44270", "value": ["a"]},
            "unknown output": {signature: "d0e6a833031e9bbcd3f4e8bde6ca49a4"},
            "plain": {"a": [1, True, None]},
        }
    )
    assert plain(properties) == {
        "secret": ["a"],
        "unknown output": UNKNOWN,
        "plain": {"a": [1, True, None]},
    }


def test_the_version_is_stated_alike_in_both_places() -> None:
    """The command line reads the file, the engine asks the server."""
    project = yaml.safe_load((PAGE.parents[1] / "guardrails" / "PulumiPolicy.yaml").read_text())
    assert project["version"] == VERSION

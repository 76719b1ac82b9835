"""Mutations that are really made: one of each policy, felt by who needs it, and put back.

The replay is believed because what it foretells for these is what happens.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import pytest
from botocore.exceptions import ClientError
from snowflake.connector.errors import Error as SnowflakeError

from tests.e2e.permissions.documents import PolicyName, write_document
from tests.e2e.permissions.mutations import Mutation, mutations
from tests.e2e.permissions.replay import Request, changed_by, read_requests
from tests.e2e.permissions.situations import OPERATOR, PROBE_KEY, Situations, eventually, refused
from tests.e2e.permissions.survey import Survey

Act = Callable[[Situations], None]
Refusal = tuple[str, str, str, str]
"""Who was refused which action, by whose policy (a role's or a resource's), and why."""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What is taken away, and what somebody then does who needs it.

    Without ``act``, the policy's denial of plain HTTP is taken away, and plain HTTP must come in.
    """

    kind: str
    holder: str
    sid: str
    act: Act | None = None
    after: Act = lambda _situations: None
    """What must work again when the statement is back."""

    def __str__(self) -> str:
        return f"{self.kind} of {self.holder} without {self.sid}"


def mutation_of(probe: Probe, survey: Survey) -> Mutation:
    """Return the mutation that a probe makes."""
    (found,) = (
        each
        for each in mutations(survey.documents)
        if (each.policy.kind, each.policy.holder) == (probe.kind, probe.holder)
        and each.sid == probe.sid
        and each.action is None
    )
    return found


def feel(probe: Probe, survey: Survey, situations: Situations) -> None:
    """Make the mutation; what is then refused must be what the replay foretold, for its reason."""
    mutation = mutation_of(probe, survey)
    changed = changed_by(mutation, survey.requests, survey.documents)
    foretold = {
        (each.caller.principal_arn, each.need.action.lower(), each.side.owner, str(each.because))
        for each in changed
        if each.because is not None
    }
    act = probe.act
    if act is None:
        _let_in(mutation, survey, situations)
    else:
        before = _refusals(situations)
        write_document(situations.cloud, mutation.policy, mutation.document)
        try:
            act(situations)
            eventually(str(probe), lambda: bool(_refusals(situations) - before))
        finally:
            _put_back(mutation.policy, survey, situations)
        felt = _refusals(situations) - before
        assert felt <= foretold, f"{probe}: {felt - foretold} was not foretold"
    probe.after(situations)


def _let_in(mutation: Mutation, survey: Survey, situations: Situations) -> None:
    """Come over plain HTTP: let in without the statement, and refused again with it."""
    write_document(situations.cloud, mutation.policy, mutation.document)
    try:
        _come_over_plain_http(mutation.policy, situations)
    finally:
        _put_back(mutation.policy, survey, situations)
    with pytest.raises(ClientError, match="explicit deny"):
        _come_over_plain_http(mutation.policy, situations)


def _come_over_plain_http(policy: PolicyName, situations: Situations) -> None:
    """Ask for what the policy is attached to, over plain HTTP."""
    last = policy.owner.rpartition(":")[2]
    if policy.kind == "bucket policy":
        situations.plain_http("s3").list_objects_v2(Bucket=last)
    elif policy.kind == "topic policy":
        situations.plain_http("sns").get_topic_attributes(TopicArn=policy.owner)
    else:
        sqs = situations.plain_http("sqs")
        url = situations.cloud.client("sqs").get_queue_url(QueueName=last)["QueueUrl"]
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])


def _put_back(policy: PolicyName, survey: Survey, situations: Situations) -> None:
    write_document(situations.cloud, policy, survey.documents[policy])


def _refusals(situations: Situations) -> set[Refusal]:
    return {_refusal(each) for each in read_requests(situations.decisions()) if each.because}


def _refusal(request: Request) -> Refusal:
    who, action = request.caller.principal_arn, request.need.action.lower()
    return who, action, str(request.side["owner"]), str(request.because)


def _told_again(situations: Situations) -> None:
    landing = str(situations.outputs["landingBucket"])
    held = situations.cloud.client("s3").list_object_versions(Bucket=landing, Prefix="airlines/")
    situations.announce(landing, held["Versions"][0]["Key"], held["Versions"][0]["VersionId"])


def _delete_curated(role: str, dataset: str) -> Act:
    def act(situations: Situations) -> None:
        s3 = situations.sessions.client("s3", role)
        key = f"{dataset}/data/{PROBE_KEY}"
        refused(s3.delete_object, Bucket=situations.outputs["curatedBucket"], Key=key)

    return act


def _renew_an_optimizer(situations: Situations) -> None:
    glue = situations.cloud.client("glue")
    named = {
        "CatalogId": situations.outputs["accountId"],
        "DatabaseName": situations.outputs["curatedGlueDatabase"],
        "TableName": "airlines",
        "Type": "compaction",
    }
    held = glue.get_table_optimizer(**named)["TableOptimizer"]["configuration"]
    with pytest.raises(ClientError, match="AccessDenied"):
        glue.update_table_optimizer(**named, TableOptimizerConfiguration=held)


def _arrive(situations: Situations) -> None:
    s3, bucket = situations.cloud.client("s3"), situations.outputs["validatedBucket"]
    s3.put_object(Bucket=bucket, Key=PROBE_KEY, Body=b"")
    s3.delete_object(Bucket=bucket, Key=PROBE_KEY)


def _land(situations: Situations) -> None:
    s3, bucket = situations.cloud.client("s3"), situations.outputs["landingBucket"]
    version = s3.put_object(Bucket=bucket, Key=PROBE_KEY, Body=b"")["VersionId"]
    s3.delete_object(Bucket=bucket, Key=PROBE_KEY, VersionId=version)


def _take_the_role_again(situations: Situations) -> None:
    function = situations.outputs["ingestFunction"]
    functions = situations.cloud.client("lambda")
    role = functions.get_function_configuration(FunctionName=function)["Role"]
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        functions.update_function_configuration(FunctionName=function, Role=role)


def _announce_as_operator(situations: Situations) -> None:
    sqs = situations.sessions.client("sqs", OPERATOR)
    queue = situations.outputs["ingestQueueUrl"]
    refused(sqs.send_message, QueueUrl=queue, MessageBody="{}")


def _become_operator(situations: Situations) -> None:
    refused(situations.become_operator)


def _start(job: str) -> Act:
    return lambda situations: situations.start_job(job)


def _asked(statement: str) -> Act:
    """Let Snowflake do something; how it fails is not asked, but who was refused what."""

    def act(situations: Situations) -> None:
        with suppress(SnowflakeError):
            situations.cloud.snowflake(statement)

    return act


_ROLE, _TRUST = "role policy", "role trust policy"

PROBES: Final = (
    Probe(
        kind=_ROLE,
        holder="ingest",
        sid="TakeMessages",
        act=_told_again,
        after=lambda situations: situations.until_the_queue_is_empty(),
    ),
    Probe(
        kind=_ROLE,
        holder="curate",
        sid="ChangeCuratedObjects",
        act=_delete_curated("tarn-local-curate", "airlines"),
    ),
    Probe(
        kind=_ROLE,
        holder="flight-performance",
        sid="ChangeCuratedObjects",
        act=_delete_curated("tarn-local-flight-performance", "flight_performance"),
    ),
    Probe(kind=_ROLE, holder="table-optimizer", sid="CommitToTables", act=_renew_an_optimizer),
    Probe(kind=_ROLE, holder="events-glue", sid="WakeWorkflow", act=_arrive),
    Probe(
        kind=_ROLE,
        holder="snowflake-stage",
        sid="LookIntoBucket",
        act=_asked("ALTER PIPE TARN_LOCAL.RAW.AIRLINES REFRESH"),
    ),
    Probe(
        kind=_ROLE,
        holder="snowflake-volume",
        sid="LookIntoBucket",
        act=_asked("SELECT SYSTEM$VERIFY_EXTERNAL_VOLUME('TARN_LOCAL_CURATED')"),
    ),
    Probe(
        kind=_ROLE,
        holder="snowflake-catalog",
        sid="ReadTables",
        act=_asked("ALTER ICEBERG TABLE TARN_LOCAL.CURATED.AIRLINES REFRESH"),
    ),
    Probe(kind=_ROLE, holder="operator", sid="AnnounceAgain", act=_announce_as_operator),
    Probe(kind=_TRUST, holder="operator", sid="AccountAssumesRole", act=_become_operator),
    Probe(kind=_TRUST, holder="ingest", sid="ServiceAssumesRole", act=_take_the_role_again),
    Probe(kind=_TRUST, holder="curate", sid="ServiceAssumesRole", act=_start("tarn-local-curate")),
    Probe(
        kind=_TRUST,
        holder="flight-performance",
        sid="ServiceAssumesRole",
        act=_start("tarn-local-flight-performance"),
    ),
    Probe(kind=_TRUST, holder="table-optimizer", sid="ServiceAssumesRole", act=_renew_an_optimizer),
    Probe(kind=_TRUST, holder="events-glue", sid="ServiceAssumesRole", act=_arrive),
    Probe(
        kind=_TRUST,
        holder="snowflake-stage",
        sid="SnowflakeAssumesRole",
        act=_asked(
            "SELECT SYSTEM$VALIDATE_STORAGE_INTEGRATION('TARN_LOCAL_S3', "
            "'s3://tarn-local-validated-000000000000/', 'any', 'read')"
        ),
    ),
    Probe(
        kind=_TRUST,
        holder="snowflake-volume",
        sid="SnowflakeAssumesRole",
        act=_asked("SELECT SYSTEM$VERIFY_EXTERNAL_VOLUME('TARN_LOCAL_CURATED')"),
    ),
    Probe(
        kind=_TRUST,
        holder="snowflake-catalog",
        sid="SnowflakeAssumesRole",
        act=_asked("SELECT SYSTEM$VERIFY_CATALOG_INTEGRATION('TARN_LOCAL_GLUE')"),
    ),
    Probe(
        kind="key policy",
        holder="lake",
        sid="AlarmsNotify",
        act=lambda situations: situations.set_alarm(),
    ),
    Probe(
        kind="topic policy",
        holder="alarms",
        sid="AlarmsPublish",
        act=lambda situations: situations.set_alarm(),
    ),
    Probe(kind="queue policy", holder="ingest", sid="LandingBucketAnnounces", act=_land),
    Probe(kind="queue policy", holder="ingest-dead-letter", sid="DenyInsecureTransport"),
    *(
        Probe(kind="bucket policy", holder=holder, sid="DenyInsecureTransport")
        for holder in (
            "access-logs",
            "artifacts",
            "curated",
            "landing",
            "quarantine",
            "validated",
        )
    ),
)
"""One of each policy; the test holds that none is left out."""

"""Where the local snowflake plugin decides otherwise than the real provider, by name."""

from __future__ import annotations

from typing import Final

from local_cloud.limits import Limit, LimitKind


def _limit(name: str, kind: LimitKind, why: str, what_to_do: str) -> Limit:
    return Limit(name=f"snowflake plugin: {name}", kind=kind, why=why, what_to_do=what_to_do)


PLUGIN_LIMITS: Final = (
    _limit(
        "privileges in lower case; quoted names of pipes, integrations and tables' schemas",
        LimitKind.REFUSED,
        "The provider takes them and then shows a change in every preview (docs/adr/0075).",
        "Write privileges in upper case and these names without quotes.",
    ),
    _limit(
        "a stage without a storage integration; an Iceberg table without volume or catalog",
        LimitKind.REFUSED,
        "The local account has neither public buckets nor account-wide defaults.",
        "Name the integration, the volume and the catalog.",
    ),
    _limit(
        "S3GOV, S3CHINA, GCS and Azure as storage providers",
        LimitKind.REFUSED,
        "Only S3 is there.",
        "Use S3 in a local stack.",
    ),
    _limit(
        "a value given for the first time that is already in force",
        LimitKind.SIMPLIFIED,
        "The provider compares with what SHOW answers; here only declared defaults count as given,"
        " so glueRegion and startTimestamp show a change where the provider shows none.",
        "Give them from the beginning.",
    ),
    _limit(
        "start and end of a resource monitor, columns of a view, defaults of columns",
        LimitKind.SIMPLIFIED,
        "They are not read back, so a change behind Pulumi's back is not seen.",
        "Change them through the program only.",
    ),
    _limit(
        "outputs that queries, commits and grants change, parameters, a stage's file formats",
        LimitKind.SIMPLIFIED,
        "They are left out of showOutputs and describeOutputs, so that a refresh stays empty.",
        "Ask SHOW and DESC.",
    ),
)

"""What Snowflake may do in this account, and whom it must be to do it.

Three roles, one per Snowflake object: the stages read validated files and quarantined rows, the
external volume reads curated files, the catalog integration reads the curated tables' entries. None
can write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.iam.document import PolicyDocument, Statement, identity_policy, trust_policy
from infra.iam.key_use import key_use

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.deployment import Deployment
    from tarn.zones import Zone


def snowflake_trust(*, user_arn: str, external_id: str) -> PolicyDocument:
    """Let one Snowflake user assume the role, and only with the external id of one object."""
    return trust_policy(
        Statement(
            sid="SnowflakeAssumesRole",
            actions=("sts:AssumeRole",),
            principals={"AWS": (user_arn,)},
            conditions={"StringEquals": {"sts:ExternalId": external_id}},
        )
    )


def bucket_reader_policy(
    *, deployment: Deployment, locations: Mapping[Zone, Sequence[str]], key_arn: str
) -> PolicyDocument:
    """Read objects of zones' buckets, as a stage or an external volume does.

    locations: by zone the prefixes under which objects may be read; an empty one is the bucket.
    """
    return identity_policy(
        Statement(
            sid="ReadObjects",
            actions=("s3:GetObject", "s3:GetObjectVersion"),
            resources=[
                f"{deployment.bucket_arn(zone)}/{prefix}*"
                for zone, prefixes in locations.items()
                for prefix in prefixes
            ],
        ),
        Statement(
            sid="LookIntoBucket",
            actions=("s3:ListBucket", "s3:GetBucketLocation"),
            resources=[deployment.bucket_arn(zone) for zone in locations],
        ),
        key_use(deployment=deployment, key_arn=key_arn, services=("s3",), writes=False),
    )


def catalog_reader_policy(*, deployment: Deployment, database: str) -> PolicyDocument:
    """Look up the tables of one Glue database, as a catalog integration does."""
    return identity_policy(
        Statement(
            sid="ReadTables",
            actions=("glue:GetDatabase", "glue:GetTable", "glue:GetTables"),
            resources=(
                deployment.arn("glue", "catalog"),
                deployment.arn("glue", f"database/{database}"),
                deployment.arn("glue", f"table/{database}/*"),
            ),
        )
    )

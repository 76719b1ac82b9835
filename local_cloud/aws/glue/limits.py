"""How the local Glue differs from the real one, by name (``tarn local limits``)."""

from __future__ import annotations

from typing import Final

from local_cloud.aws.glue.arguments import STORED
from local_cloud.limits import Limit, LimitKind

GLUE_LIMITS: Final = (
    Limit(
        name="glue: table optimizers",
        kind=LimitKind.STORED,
        why="Compaction, retention and orphan removal are declared and never run. What their role "
        "needs is asked when they are created, where AWS notices some of it only when they run.",
        what_to_do="Rely on them on AWS only; small local tables do not need them.",
    ),
    Limit(
        name="glue: crawlers, ML transforms, dev endpoints, sessions, blueprints, data quality",
        kind=LimitKind.REFUSED,
        why="A trigger that starts a crawler is refused; nothing crawls here.",
        what_to_do="Let contracts declare tables.",
    ),
    Limit(
        name="glue: conditional triggers outside of workflows",
        kind=LimitKind.REFUSED,
        why="Only workflow runs remember which jobs have ended.",
        what_to_do="Put the trigger into a workflow.",
    ),
    Limit(
        name="glue: job bookmarks",
        kind=LimitKind.REFUSED,
        why="--job-bookmark-option other than job-bookmark-disable fails the run.",
        what_to_do="Keep the state of the work in the ledger.",
    ),
    Limit(
        name="glue: extra jars, extra files, Python modules installed at start",
        kind=LimitKind.REFUSED,
        why="A job runs with Glue's packages and its --extra-py-files only.",
        what_to_do="Put pure Python code into the job's library.",
    ),
    Limit(
        name="glue: Python shell, Ray and streaming jobs; Glue versions other than 5.1",
        kind=LimitKind.REFUSED,
        why="The runner has the Spark of Glue 5.1.",
        what_to_do="Use the command glueetl and Glue version 5.1.",
    ),
    Limit(
        name="glue: awsglue dynamic frames and transforms",
        kind=LimitKind.REFUSED,
        why="The local awsglue package has getResolvedOptions, GlueContext.spark_session and Job.",
        what_to_do="Write jobs with plain Spark.",
    ),
    Limit(
        name="glue: workers, capacity, execution class, maximum retries",
        kind=LimitKind.STORED,
        why="Every job runs on one machine with two threads and 1 GiB, once.",
        what_to_do="Measure jobs at size on AWS.",
    ),
    Limit(
        name="glue: job arguments " + " ".join(sorted(STORED)),
        kind=LimitKind.STORED,
        why="There is no Spark history server, and only one kind of log here.",
        what_to_do="Nothing; they take effect on AWS.",
    ),
    Limit(
        name="glue: job metrics",
        kind=LimitKind.SIMPLIFIED,
        why="A run with --enable-metrics publishes how long it took, and nothing else.",
        what_to_do="Look at the others on AWS.",
    ),
    Limit(
        name="glue: events for a workflow that is running",
        kind=LimitKind.SIMPLIFIED,
        why="They wait for the end of the run; AWS does not document what it does with them.",
        what_to_do="Do not rely on events alone: sweep on a schedule.",
    ),
    Limit(
        name="glue: security configurations",
        kind=LimitKind.STORED,
        why="The log groups of a job get the key; S3 and bookmarks go by their own settings.",
        what_to_do="Nothing; they take effect on AWS.",
    ),
)

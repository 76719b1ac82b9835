"""Changes of files that change nothing that is deployed: a review must not say a word."""

from __future__ import annotations

from tests.e2e.review.seeds import Edit, Seed

NOISE = (
    Seed(
        name="comment-in-the-program",
        edits=(Edit(file="infra/stack.py", old="def _watch(", new="# A remark.\ndef _watch("),),
    ),
    Seed(
        name="document-changed",
        edits=(Edit(file="README.md", old="# Tarn\n", new="# Tarn, a data platform\n"),),
    ),
    Seed(name="times-touched", edits=()),
    Seed(
        name="stack-file-reordered",
        edits=(
            Edit(
                file="Pulumi.prod.yaml",
                old="    memoryMb: 3072\n    maximumConcurrency: 50\n",
                new="    maximumConcurrency: 50\n    memoryMb: 3072\n",
            ),
        ),
    ),
    Seed(
        name="contract-reordered-and-commented",
        edits=(
            Edit(
                file="contracts/airlines.odcs.yaml",
                old="apiVersion: v3.2.0\nkind: DataContract\n",
                new="# Who flies.\nkind: DataContract\napiVersion: v3.2.0\n",
            ),
        ),
    ),
    Seed(
        name="actions-in-another-order",
        edits=(
            Edit(
                file="infra/iam/ingest_function.py",
                old='actions=("s3:PutObject", "s3:AbortMultipartUpload"),',
                new='actions=("s3:AbortMultipartUpload", "s3:PutObject"),',
            ),
        ),
    ),
    Seed(
        name="statements-in-another-order",
        edits=(
            Edit(
                file="infra/iam/ingest_function.py",
                old="_read_landing(deployment),\n        _see_what_is_missing(deployment),\n",
                new="_see_what_is_missing(deployment),\n        _read_landing(deployment),\n",
            ),
        ),
    ),
    Seed(
        name="local-variable-renamed",
        edits=(
            Edit(
                file="infra/components/warehouse/foundation.py",
                old="        parent = PARENT_ROLES[role]\n",
                new="        above = PARENT_ROLES[role]\n        parent = above\n",
            ),
        ),
    ),
    Seed(
        name="default-written-out",
        edits=(
            Edit(
                file="Pulumi.prod.yaml",
                old="  tarn:transform:\n",
                new="  tarn:transform:\n    timeoutMinutes: 60\n",
            ),
        ),
    ),
)

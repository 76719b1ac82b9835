"""What Glue tells EventBridge about job runs: their ends."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from local_cloud.aws.glue.job_runs import JobRun, JobRunState

_MESSAGES: Final = {
    JobRunState.SUCCEEDED: "Job run succeeded",
    JobRunState.STOPPED: "Job run stopped",
}


def job_state_change(run: JobRun, *, account_id: str) -> Mapping[str, object]:
    """Return the event of a run that has ended."""
    well = run.state in _MESSAGES
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Glue Job State Change",
        "source": "aws.glue",
        "account": account_id,
        "time": (run.completed_on or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": run.region,
        "resources": [],
        "detail": {
            "jobName": run.job,
            "severity": "INFO" if well else "ERROR",
            "state": run.state.value,
            "jobRunId": run.run_id,
            "message": _MESSAGES.get(run.state) or run.error_message or "",
        },
    }

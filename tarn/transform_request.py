"""The event with which somebody asks the transform to look for work, on the default event bus.

Arrivals and the schedule wake it by themselves. Whoever repaired what made a run fail, or replayed
files, need not wait for either.
"""

from __future__ import annotations

import json
from typing import Final

SOURCE: Final = "tarn"
DETAIL_TYPE: Final = "Transform Requested"


def pattern(workflow: str) -> str:
    """Return the EventBridge pattern of requests for one workflow, by its name."""
    matched = {
        "source": [SOURCE],
        "detail-type": [DETAIL_TYPE],
        "detail": {"workflow": [workflow]},
    }
    return json.dumps(matched, separators=(",", ":"))


def entry(workflow: str) -> dict[str, str]:
    """Return the entry of ``events:PutEvents`` that asks one workflow, by its name."""
    return {
        "Source": SOURCE,
        "DetailType": DETAIL_TYPE,
        "Detail": json.dumps({"workflow": workflow}),
    }

"""Fault rules of a running local cloud, over its control API."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any, cast

from local_cloud.settings import LocalCloudSettings

CREATED = 201


class FaultRules:
    """Adds, reads and clears the rules of one cloud."""

    def __init__(self, settings: LocalCloudSettings) -> None:
        self._control = f"{settings.aws_endpoint}/_tarn"

    def ask(self, method: str, page: str = "", body: object = None) -> tuple[int, Any]:
        """Ask the control API about rules; return the status and the answer."""
        request = urllib.request.Request(  # noqa: S310 - loopback by settings
            f"{self._control}/faults{page}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
        )
        try:
            with _opener().open(request, timeout=10) as answer:
                return int(answer.status), json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def fault(self, action: str, service: str, **fields: object) -> str:
        """Put a rule in force and return its id."""
        status, rules = self.ask("POST", body={"action": action, "service": service, **fields})
        assert status == CREATED, rules
        return str(rules[0]["id"])

    def counts(self, rule: str) -> tuple[int, int]:
        """Return how often a rule saw something that fits, and how often it acted."""
        found = next(each for each in self.ask("GET")[1] if each["id"] == rule)
        return found["seen"], found["injected"]

    def clear(self) -> None:
        """Lift every rule."""
        assert self.ask("DELETE")[0] == 200

    def told(self, rule: str) -> list[dict[str, Any]]:
        """Return what the journal says of a rule's faults."""
        with _opener().open(f"{self._control}/events?last=5000", timeout=10) as answer:
            events = cast("list[dict[str, Any]]", json.load(answer))
        return [
            event
            for event in events
            if event["facts"].get("rule") == rule and not event["message"].startswith("rule ")
        ]


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))

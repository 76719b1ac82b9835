"""The part of the control API that adds, lists and clears rules.

GET    /_tarn/faults       every rule with its counts
POST   /_tarn/faults       add one rule, a list, or {"seed": N, "rules": [...]}: all or none
DELETE /_tarn/faults       clear every rule
DELETE /_tarn/faults/ID    clear one
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Final, cast

from local_cloud.faults import seeded
from local_cloud.faults.actions import CALL_ACTIONS
from local_cloud.faults.errors import FaultError, FaultRuleError, UnknownFaultError
from local_cloud.faults.limits import FAULT_LIMITS
from local_cloud.faults.registry import Faults
from local_cloud.faults.rules import FaultRule, read_rule
from local_cloud.limits import LIMITS

PAGE: Final = "faults"

LIMITS.add(*FAULT_LIMITS)


LONGEST_BODY: Final = 1024 * 1024

FaultAnswer = tuple[HTTPStatus, object]
"""What the control API answers: a status and what becomes JSON."""


def answer(faults: Faults, method: str, page: str, body: bytes) -> FaultAnswer:
    """Answer one request below ``/_tarn/faults``."""
    rule_id = page.removeprefix(PAGE).removeprefix("/") or None
    try:
        match method:
            case "GET":
                return (HTTPStatus.OK, faults.all())
            case "POST":
                added = faults.add(read_rules(body, new_id=faults.new_id))
                return (HTTPStatus.CREATED, added)
            case "DELETE":
                return (HTTPStatus.OK, faults.clear(rule_id))
            case _:
                message = f"{method} is not known here; use GET, POST or DELETE."
                return (HTTPStatus.METHOD_NOT_ALLOWED, {"error": message})
    except UnknownFaultError as error:
        return (HTTPStatus.NOT_FOUND, {"error": str(error)})
    except FaultError as error:
        return (HTTPStatus.BAD_REQUEST, {"error": str(error)})


def read_rules(body: bytes, *, new_id: Callable[[], str]) -> list[FaultRule]:
    """Read the rules of a request. Raises ``FaultRuleError``."""
    try:
        document: object = json.loads(body)
    except ValueError as error:
        raise FaultRuleError(rule="file", field="it", reason=f"is not JSON: {error}") from error
    seed, listed = _listed(document)
    rules = [read_rule(each, name=new_id(), seed=seed) for each in listed]
    for rule in rules:
        _check_operation(rule)
    return rules


def _listed(document: object) -> tuple[int, Sequence[object]]:
    if isinstance(document, list):
        return seeded.new_seed(), cast("list[object]", document)
    fields = cast("Mapping[str, object]", document) if isinstance(document, dict) else {}
    if "rules" not in fields:
        return seeded.new_seed(), [document]
    seed, rules = fields.get("seed", seeded.new_seed()), fields["rules"]
    unknown = fields.keys() - {"seed", "rules"}
    if unknown or not isinstance(seed, int) or not isinstance(rules, list):
        reason = "has a whole number as seed, a list as rules, and nothing else"
        raise FaultRuleError(rule="file", field="a set of rules", reason=reason)
    return seed, cast("list[object]", rules)


def _check_operation(rule: FaultRule) -> None:
    """Refuse an operation that no call can have: the rule would wait for ever."""
    # Imported late: the operations know the gateway, and the gateway knows the rules.
    from local_cloud.aws.operations.table import SERVICES

    operations = SERVICES.get(rule.service)
    plain = not any(sign in rule.operation for sign in "*?[")
    if rule.action not in CALL_ACTIONS or operations is None or not plain:
        return
    if rule.operation not in operations:
        reason = f"is {rule.operation!r}, and {rule.service} here has no such operation"
        raise FaultRuleError(rule=rule.id, field="operation", reason=reason)

"""Documents of permissions: what is gained and lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from review.access import ANYBODY, Access, Comparison, accesses, compare
from review.model import JsonValue, Risk, RiskClass
from review.risks.facts import Facts, risk
from review.values import UNKNOWN

DOCUMENTS: Final[Mapping[str, str]] = {
    "aws:iam/role:Role": "assumeRolePolicy",
    "aws:iam/rolePolicy:RolePolicy": "policy",
    "aws:iam/policy:Policy": "policy",
    "aws:kms/key:Key": "policy",
    "aws:s3/bucketPolicy:BucketPolicy": "policy",
    "aws:sns/topicPolicy:TopicPolicy": "policy",
    "aws:sqs/queuePolicy:QueuePolicy": "policy",
}
"""Where the document stands, by type."""
_SHOWN: Final = 6
_ENCRYPTED: Final = "aws:securetransport"


def permission_risks(facts: Facts) -> Iterator[Risk]:
    """Yield what a changed document allows and refuses."""
    path = DOCUMENTS.get(facts.step.type)
    if path is None or (facts.is_removed and facts.owner_goes()):
        return
    old, new = facts.values(path)
    if UNKNOWN in (old, new):
        return
    found = _not_following(facts, old, None if facts.is_removed else new)
    gained = list(found.gained)
    if facts.is_new and (facts.step.type == "aws:iam/role:Role" or facts.owner_is_new()):
        # A new role has to be allowed something; that it is all or for all is worth a look.
        gained = [one for one in gained if _is_broad(one)]
    if gained:
        yield risk(RiskClass.SECURITY, f"more is allowed: {_told(gained)}")
    if found.undenied and not facts.is_new:
        yield risk(RiskClass.SECURITY, f"no longer refused: {_refused(found.undenied)}")
    if facts.is_new:
        return
    if found.lost:
        yield risk(RiskClass.OUTAGE, f"no longer allowed, and fails: {_told(found.lost)}")
    if found.denied:
        yield risk(RiskClass.OUTAGE, f"refused from now on: {_refused(found.denied)}")


def _not_following(facts: Facts, old: JsonValue, new: JsonValue) -> Comparison:
    """Compare two documents, without what only follows a name to what is made anew."""
    before, after = accesses(facts.following(old)), accesses(new)
    found = compare(old, new)

    def came(one: Access) -> bool:
        return not any(other.covers(one) for other in before)

    def went(one: Access) -> bool:
        moved = replace(
            one,
            resource=str(facts.following(one.resource)),
            principal=str(facts.following(one.principal)),
        )
        return not any(other.covers(moved) for other in after)

    return Comparison(
        gained=tuple(filter(came, found.gained)),
        lost=tuple(filter(went, found.lost)),
        undenied=tuple(filter(went, found.undenied)),
        denied=tuple(filter(came, found.denied)),
    )


def _is_broad(access: Access) -> bool:
    action = access.action.rpartition(":")[2]
    return access.is_open or action == ANYBODY or (action != "" and access.principal == ANYBODY)


def _refused(found: Sequence[Access]) -> str:
    if any(key == _ENCRYPTED for one in found for _, key, _ in one.conditions):
        return f"requests without TLS ({_told(found)})"
    return _told(found)


def _told(found: Iterable[Access]) -> str:
    """Tell accesses, those of one principal and resource together."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for one in found:
        where = (one.principal, one.resource, _condition(one))
        groups.setdefault(where, []).append(one.action)
    lines = [_line(*where, actions) for where, actions in groups.items()]
    more = f"; and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return "; ".join(lines[:_SHOWN]) + more


def _line(principal: str, resource: str, condition: str, actions: Sequence[str]) -> str:
    who = {"": "", ANYBODY: "anybody: "}.get(principal, f"{principal}: ")
    on = f" on {resource}" if resource else ""
    return f"{who}{', '.join(actions)}{on}{condition}"


def _condition(access: Access) -> str:
    tests = sorted(
        f"{key} {operator} {'/'.join(sorted(values))}"
        for operator, key, values in access.conditions
    )
    return f" if {' and '.join(tests)}" if tests else ""

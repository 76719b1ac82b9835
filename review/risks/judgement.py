"""All rules on one change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from review.model import ContractChange, JsonValue, Operation, ResourceChange, Risk, RiskClass
from review.protection import PROTECT
from review.risks.ageing import ageing_risks
from review.risks.clear_secrets import clear_secret_risks
from review.risks.endings import INTERRUPTED, ONLY_WHEN_REMOVED, REMOVED, STATEFUL
from review.risks.facts import Facts, risk
from review.risks.limits import LOWERED, Lowered
from review.risks.permissions import permission_risks
from review.risks.switches import CHANGED, LOST, Lost
from review.risks.warehouse import warehouse_risks
from review.values import UNKNOWN

NOTIFICATION: Final = "aws:s3/bucketNotification:BucketNotification"
LISTENERS: Final = {
    "queues": "queueArn",
    "topics": "topicArn",
    "lambdaFunctions": "lambdaFunctionArn",
}
CATALOG_TABLE: Final = "aws:glue/catalogTable:CatalogTable"
ICEBERG: Final = "openTableFormatInput"
"""Given for an Iceberg table; any other in the catalog only says where files are."""
_WORST_FIRST: Final = tuple(RiskClass)
_ENDINGS: Final = {
    Operation.DELETE: "deleted",
    Operation.REPLACE: "deleted, and an empty one takes its place",
}


def risks_of(
    facts: Facts, change: ResourceChange, contracts: Sequence[ContractChange] = ()
) -> tuple[Risk, ...]:
    """Return the risks of a change, worst first; one that has none is harmless, and says why.

    ``contracts`` are the changes of contracts; they take effect where the code carries them.
    """
    found = [
        *_endings(facts),
        *_settings_removed(facts),
        *_limits(facts),
        *_switches(facts),
        *_silenced(facts),
        *permission_risks(facts),
        *warehouse_risks(facts),
        *ageing_risks(facts),
        *clear_secret_risks(change.properties),
        *_unprotected(facts, change, contracts),
        *_costs(change),
        *_protection(change),
    ]
    if not found:
        found = [risk(RiskClass.HARMLESS, _why_harmless(facts, change))]
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda one: (_WORST_FIRST.index(one.risk_class), one.sentence)))


def _endings(facts: Facts) -> Iterator[Risk]:
    if not facts.goes_or_comes_again:
        return
    held = STATEFUL.get(facts.step.type)
    if facts.step.type == CATALOG_TABLE and ICEBERG not in facts.step.old:
        held = None
        yield risk(RiskClass.OUTAGE, f"the catalog's table {_verb(facts)}: no file is lost with it")
    if held is not None:
        if facts.retained:
            yield risk(
                RiskClass.DATA_LOSS,
                f"the stack lets go of {held}: it stays in the account, unmanaged"
                + (", and an empty one takes its place" if not facts.is_removed else ""),
            )
        else:
            yield risk(RiskClass.DATA_LOSS, f"{held} is {_ENDINGS[facts.step.operation]}")
    awaited = INTERRUPTED.get(facts.step.type)
    if awaited is None or (facts.step.type in ONLY_WHEN_REMOVED and not facts.is_removed):
        return
    if facts.is_removed and facts.owner_goes():
        return
    subject, _, consequence = awaited.partition(": ")
    if facts.is_removed:
        consequence = consequence.replace(" meanwhile", "")
    yield risk(
        RiskClass.OUTAGE, f"{subject} {_verb(facts)}" + (f": {consequence}" if consequence else "")
    )


def _verb(facts: Facts) -> str:
    return "goes" if facts.is_removed else "is made anew"


def _settings_removed(facts: Facts) -> Iterator[Risk]:
    rule = REMOVED.get(facts.step.type)
    if rule is not None and facts.is_removed and not facts.owner_goes():
        yield risk(rule.risk_class, rule.sentence)


def _limits(facts: Facts) -> Iterator[Risk]:
    if facts.is_removed or facts.is_new:
        return
    for rule in LOWERED.get(facts.step.type, ()):
        old, new = facts.values(rule.path)
        before, after = _size(old, rule), _size(new, rule)
        if before is None or after is None or UNKNOWN in (old, new):
            continue
        if (after > before) if rule.raised else (after < before):
            yield risk(rule.risk_class, rule.sentence.format(old=_named(old), new=_named(new)))


def _silenced(facts: Facts) -> Iterator[Risk]:
    """Yield the queues, functions and topics that no longer hear of a bucket's new objects."""
    if facts.step.type != NOTIFICATION or facts.is_removed or facts.is_new:
        return
    for entries, target in LISTENERS.items():
        told = [_named_in(value, target) for value in facts.values(entries)]
        if UNKNOWN not in told[1]:
            for lost in sorted(told[0] - told[1]):
                if facts.following(lost) not in told[1]:
                    yield risk(RiskClass.OUTAGE, f"{lost} hears of no new object any more")


def _named_in(value: JsonValue, field: str) -> set[str]:
    items = value if isinstance(value, list) else []
    return {str(one.get(field)) for one in items if isinstance(one, dict)}


def _size(value: JsonValue, rule: Lowered) -> float | None:
    if value is None:
        return rule.absent
    if rule.order:
        word = str(value).upper() if str(value).upper() in rule.order else str(value)
        return rule.order.index(word) if word in rule.order else None
    try:
        size = float(str(value))
    except ValueError:
        return None
    return size if size >= 0 else float("inf")


def _named(value: JsonValue) -> str:
    return "the service's own" if value is None else str(value)


def _switches(facts: Facts) -> Iterator[Risk]:
    if facts.is_removed:
        return
    for rule in CHANGED.get(facts.step.type, ()):
        old, new = facts.values(rule.path)
        if not facts.is_new and new not in (old, UNKNOWN):
            yield risk(rule.risk_class, rule.sentence.format(old=old, new=new))
    for rule in LOST.get(facts.step.type, ()):
        old, new = facts.values(rule.path)
        if new == UNKNOWN or _is_safe(new, rule):
            continue
        if facts.is_new or _is_safe(old, rule):
            if facts.is_new and not (rule.safe and rule.risk_class is RiskClass.SECURITY):
                continue
            yield risk(rule.risk_class, rule.sentence)


def _is_safe(value: JsonValue, rule: Lost) -> bool:
    return value in rule.safe if rule.safe else value not in (None, "", [])


def _protection(change: ResourceChange) -> Iterator[Risk]:
    if any(one.path == PROTECT for one in change.properties):
        sentence = "nothing in the stack keeps it from being deleted or replaced any more"
        yield risk(RiskClass.DATA_LOSS, sentence)


def _costs(change: ResourceChange) -> Iterator[Risk]:
    cost = change.cost
    if cost is not None and (cost.after or 0) > (cost.before or 0):
        yield risk(RiskClass.COST_UP, "it costs more a month, used as assumed")


def _unprotected(
    facts: Facts, change: ResourceChange, contracts: Sequence[ContractChange]
) -> Iterator[Risk]:
    """Yield what the function no longer hides, for it writes what everybody reads."""
    if facts.step.type != "aws:lambda/function:Function":
        return
    files = set(change.changed_files)
    for line in contracts:
        if line.kind == "protection-removed" and any(line.dataset in file for file in files):
            sentence = f"{line.dataset}.{line.column} is written in clear, which was {line.old}"
            yield risk(RiskClass.SECURITY, sentence)


def _why_harmless(facts: Facts, change: ResourceChange) -> str:
    names = {value.path.split(".", 1)[0].split("[", 1)[0] for value in change.properties}
    if change.operation is Operation.CREATE:
        return "it is new, and nothing there changes"
    if change.operation is Operation.IMPORT:
        return "it exists already, and the stack takes it over as it is"
    if change.changed_files:
        return "its code changes"
    if facts.is_removed:
        return "it goes together with what it belongs to, or nothing is lost with it"
    if "content" in names:
        return "its content changes"
    if change.operation is Operation.REPLACE:
        return "it is made anew, and nothing is lost with it"
    if names and names <= {"tags", "tagsAll"}:
        return "its tags change"
    if names and names <= {"description", "comment", "comments"}:
        return "its description changes"
    if any(one.new == UNKNOWN for one in change.properties):
        return "it follows what is made anew; its values are known after the apply"
    return "it changes in place"

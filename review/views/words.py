"""What the views for people say alike: names of classes and operations, counts, money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from review.inventory import name_of
from review.model import (
    ContractChange,
    CostReport,
    Operation,
    ResourceChange,
    Review,
    RiskClass,
    Stop,
)

CLASS_NAMES: Final[Mapping[RiskClass, str]] = {
    RiskClass.DATA_LOSS: "Data loss",
    RiskClass.SECURITY: "Security",
    RiskClass.OUTAGE: "Outage",
    RiskClass.BREAKING_CONTRACT: "Breaking contract",
    RiskClass.COST_UP: "Cost up",
    RiskClass.HARMLESS: "Harmless",
}
VERDICTS: Final[Mapping[RiskClass, str]] = {
    RiskClass.DATA_LOSS: "Data would be lost",
    RiskClass.SECURITY: "Security would change",
    RiskClass.OUTAGE: "Something would stop for a while",
    RiskClass.BREAKING_CONTRACT: "A contract would break",
    RiskClass.COST_UP: "It would cost more",
    RiskClass.HARMLESS: "Nothing here looks risky",
}
UNCHANGED: Final = "Nothing changes"
MEANINGS: Final[Mapping[Operation, str]] = {
    Operation.CREATE: "to create",
    Operation.UPDATE: "to update",
    Operation.REPLACE: "to replace",
    Operation.DELETE: "to delete",
    Operation.IMPORT: "to import",
    Operation.RETAIN: "to leave behind",
}
NAMES_SHOWN: Final = 3
_MINUS: Final = "\N{MINUS SIGN}"


REFUSED: Final = "The head does not deploy"


def verdict(review: Review) -> str:
    """Say the worst of it in a few words."""
    if review.failures:
        return REFUSED
    if not review.changes and not review.contracts and not review.stops:
        return UNCHANGED
    return VERDICTS[(review.risk_classes or (RiskClass.HARMLESS,))[0]]


def classes_of(change: ResourceChange) -> tuple[RiskClass, ...]:
    """Return the classes of one change, worst first; without a risk it is harmless."""
    found = {risk.risk_class for risk in change.risks}
    worse = tuple(one for one in RiskClass if one in found and one is not RiskClass.HARMLESS)
    return worse or (RiskClass.HARMLESS,)


def is_harmless(change: ResourceChange) -> bool:
    """Whether nobody has to look at the change: no risk, and nothing that stops it."""
    return classes_of(change) == (RiskClass.HARMLESS,) and not change.stops


def count_by_class(review: Review) -> dict[RiskClass, int]:
    """Count the resources that carry a class, worst first; for contracts, the breaking lines."""
    counts = Counter(
        one for change in review.changes for one in classes_of(change) for _ in change.urns
    )
    if breaking := sum(line.breaking for line in review.contracts):
        counts[RiskClass.BREAKING_CONTRACT] = breaking
    return {one: counts[one] for one in RiskClass if counts[one]}


def count_by_operation(review: Review) -> dict[Operation, int]:
    """Count resources by what would be done to them, in the order of the operations."""
    counts = Counter(change.operation for change in review.changes for _ in change.urns)
    return {one: counts[one] for one in Operation if counts[one]}


def operations_sentence(review: Review) -> str:
    """Say e.g. ``2 to create, 1 to replace``."""
    counts = count_by_operation(review)
    if review.failures and not counts:
        return "what would change is not known"
    return ", ".join(f"{count} {MEANINGS[one]}" for one, count in counts.items()) or UNCHANGED


def all_stops(review: Review) -> list[tuple[Stop, ResourceChange | None]]:
    """Return what stops the change, mandatory first, each with the resource it speaks of."""
    own: list[tuple[Stop, ResourceChange | None]] = [(stop, None) for stop in review.stops]
    own += [(stop, change) for change in review.changes for stop in change.stops]
    return sorted(own, key=lambda pair: not pair[0].mandatory)


def stops_phrase(review: Review) -> str | None:
    """Say how many things stop the change, or only warn; None where nothing does."""
    stops = [stop for stop, _ in all_stops(review)]
    mandatory = sum(stop.mandatory for stop in stops)
    if mandatory:
        return f"Stopped by {plural(mandatory, 'protection or rule', 'protections or rules')}"
    if stops:
        return plural(len(stops), "warning of the guardrails", "warnings of the guardrails")
    return None


def plural(count: int, one: str, many: str) -> str:
    """Count something in words."""
    return f"{count} {one if count == 1 else many}"


def type_of(urn: str) -> str:
    """Return the type's token."""
    return urn.split("::")[-2].rsplit("$", 1)[-1] if urn.count("::") > 1 else ""


def short_type(token: str) -> str:
    """Write a type as the program does: ``aws:s3/bucket:Bucket`` is ``aws.s3.Bucket``."""
    package, _, rest = token.partition(":")
    module, _, name = rest.rpartition(":")
    parts = (package, module.partition("/")[0], name)
    return ".".join(part for part in parts if part and part != "index")


def title_of(change: ResourceChange) -> str:
    """Name the resource, or count the resources that were folded."""
    if len(change.urns) == 1:
        return name_of(change.urns[0])
    return f"{len(change.urns)} resources alike"


def names_of(change: ResourceChange, shown: int = NAMES_SHOWN) -> str:
    """Name the first of the folded resources and count the others."""
    names = [name_of(urn) for urn in change.urns]
    rest = len(names) - shown
    listed = ", ".join(names[:shown])
    return f"{listed} and {rest} more" if rest > 0 else listed


def money(amount: float) -> str:
    """Write dollars: ``$12.30``; what is less than a cent is not called nothing."""
    if 0 < abs(amount) < 0.005:
        return "< $0.01"
    return f"${amount:,.2f}" if amount >= 0 else f"{_MINUS}${-amount:,.2f}"


def signed(amount: float) -> str:
    """Write a difference of dollars with its sign; less than a cent is none."""
    if abs(amount) < 0.005:
        return "$0.00"
    return f"+{money(amount)}" if amount > 0 else money(amount)


def cost_of(change: ResourceChange) -> str | None:
    """Say how a resource's monthly cost moves; None where it does not."""
    if change.cost is None:
        return None
    before, after = change.cost.before or 0.0, change.cost.after or 0.0
    if signed(after - before) == signed(0):
        return None
    moved = f" ({money(before)} \N{RIGHTWARDS ARROW} {money(after)})" if before and after else ""
    return f"{signed(after - before)} a month{moved}"


def total(cost: CostReport) -> tuple[float, float]:
    """Add up the stack's estimate, before and after."""
    return sum(line.before for line in cost.lines), sum(line.after for line in cost.lines)


def cost_phrase(cost: CostReport | None) -> str:
    """Say how the monthly estimate moves."""
    if cost is None:
        return "cost not estimated"
    before, after = total(cost)
    return f"{signed(after - before)} a month, to {money(after)}"


def breaking_first(lines: Sequence[ContractChange]) -> list[ContractChange]:
    """Order a changelog: what breaks first, else as it was."""
    return sorted(lines, key=lambda line: not line.breaking)


def breaking_label(line: ContractChange) -> str:
    """Say for whom a breaking line breaks."""
    return " ".join(
        ("Breaking", *(("for", " and ".join(line.breaks_for)) if line.breaks_for else ()))
    )


def short_hash(commit: str) -> str:
    """Shorten a commit's hash for people."""
    return commit[:10]

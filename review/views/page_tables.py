"""The contracts' changelog and the costs on the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from review.model import ContractChange, CostReport
from review.views.markup import Markup, element, joined
from review.views.page_changes import folded, rich
from review.views.words import (
    breaking_first,
    breaking_label,
    money,
    plural,
    short_type,
    signed,
    total,
)


def contracts_section(lines: Sequence[ContractChange]) -> Iterator[Markup]:
    """Yield the changelog, one block a dataset, what breaks first."""
    if not lines:
        return
    ordered = breaking_first(lines)
    datasets = dict.fromkeys(line.dataset for line in ordered)
    blocks = (
        element(
            "article",
            element("h3", element("code", dataset)),
            element("ul", *(_line(one) for one in ordered if one.dataset == dataset)),
            class_="contract",
        )
        for dataset in datasets
    )
    yield element("section", element("h2", "Contracts"), *blocks, id="contracts")


def _line(line: ContractChange) -> Markup:
    label: str = ""
    if line.breaking:
        label = element("span", breaking_label(line), class_="badge breaking-contract")
    kind = element("span", line.kind.replace("-", " "), class_="type")
    readers = joined(*(element("code", one) for one in line.readers), between=", ")
    read_by = element("p", "Read by ", readers, class_="note") if line.readers else ""
    return element(
        "li", element("p", label, kind, class_="facts"), element("p", rich(line.sentence)), read_by
    )


def cost_section(cost: CostReport | None) -> Iterator[Markup]:
    """Yield the monthly estimate by service, what has no price, and what usage was assumed."""
    if cost is None:
        return
    before, after = total(cost)
    rows = [_row(line.service, line.before, line.after) for line in cost.lines]
    heading = element("tr", *(element("th", name, scope="col") for name in _COLUMNS))
    table = element(
        "table",
        element("thead", heading),
        element("tbody", *rows),
        element("tfoot", _row("Total", before, after)),
    )
    yield element(
        "section",
        element("h2", "Cost a month"),
        element("div", table, class_="wide"),
        *_unpriced(cost.unpriced),
        element("p", f"List prices of {cost.prices_dated}, US dollars.", class_="note"),
        *_assumptions(cost),
        id="cost",
    )


_COLUMNS = ("Service", "Before", "After", "Change")


def _row(service: str, before: float, after: float) -> Markup:
    change = signed(after - before)
    direction = "up" if change.startswith("+") else None
    return element(
        "tr",
        element("th", service, scope="row"),
        element("td", money(before)),
        element("td", money(after)),
        element("td", change, class_=direction),
    )


def _unpriced(types: Sequence[str]) -> Iterator[Markup]:
    if types:
        names = joined(*(element("code", short_type(each)) for each in types), between=", ")
        yield element("p", "Not priced, so not in the total: ", names, ".")


def _assumptions(cost: CostReport) -> Iterator[Markup]:
    if cost.assumptions:
        rows = (
            element("tr", element("th", name, scope="row"), element("td", f"{value:,g}"))
            for name, value in sorted(cost.assumptions.items())
        )
        title = plural(len(cost.assumptions), "assumption of usage", "assumptions of usage")
        yield folded(title, element("div", element("table", *rows), class_="wide"))

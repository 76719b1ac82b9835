"""docs/guardrails.md out of the rules themselves: ``python -m guardrails.catalogue`` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from guardrails.pack import DAY_VARIABLE
from guardrails.rule import ResourceRule, Rule
from guardrails.rules import ALL, BY_SUBJECT

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "guardrails.md"

INTRODUCTION: Final = f"""\
# Guardrails: what no change may break

{{count}} rules that are asked at every preview and every deployment, in a Pulumi policy pack of
Python. A mandatory rule stops the deployment; an advisory one is told. Each says what is wrong, why
it matters, what to do and who says so. `tarn review` and `tarn deploy` ask them by themselves;
plain Pulumi does with an option:

```
pulumi preview --policy-pack guardrails
pulumi up --policy-pack guardrails
```

`tarn up` on a laptop does not, because it is measured by the second
([ADR 120](adr/0120-guardrails-are-asked-where-changes-are-decided.md)).

A rule about one resource is asked before that resource is made. A rule about resources together (a
queue and the function that takes from it, say) is asked when the program has named them all. What a
preview cannot know yet breaks no rule; `pulumi up` asks again.

This page is written from the rules by `.venv/bin/python -m guardrails.catalogue`.

## Waivers

A rule can be set aside for a resource, in the open: in `guardrails:waivers`, with a reason and the
last day on which the waiver counts. In `Pulumi.yaml` it is for all stacks, in `Pulumi.<stack>.yaml`
for one; a list there takes the place of the other, so repeat what you need of it.

```yaml
config:
  guardrails:waivers:
    value:
      - rule: bucket-versioned
        resource: lake-validated          # the name in the program; * matches anything
        reason: Every object is made again from landing by a replay.
        expires: "2027-11-30"             # counts on this day, and not on the next
```

(In a stack's file there is no `value:`; the list follows `guardrails:waivers:` directly.)

Every run tells which waivers it used. The rule `waivers-valid` stops the deployment for a waiver
that has expired, names a rule that does not exist, lacks one of the four keys, or matches no
resource any more. "Today" is the day in UTC; {DAY_VARIABLE} sets another one. A review sets it
to the day of the commit that is reviewed, so that the same two commits give the same report.

A level can also be changed for one run, with Pulumi's own
`--policy-pack-config FILE`: `{{{{"bucket-versioned": "advisory"}}}}`.

## A new rule

A rule is a few lines in `guardrails/rules/<service>.py`: its name, the types it looks at, the
sentences of this page, and a function that yields what is wrong. `ResourceRule` gets one resource,
`StackRule` also the stack. Asking for a value that is not known yet ends the function quietly. A
case that keeps it and one that breaks it go to `tests/unit/guardrails/`; a test fails without them.

## The rules
"""


def page() -> str:
    """Return the page."""
    return "\n".join(_lines()).rstrip("\n") + "\n"


def _lines() -> Iterator[str]:
    yield INTRODUCTION.format(count=len(ALL)).rstrip("\n")
    for subject, rules in BY_SUBJECT.items():
        yield ""
        yield f"### {subject}"
        yield ""
        yield "| Rule | What holds | Otherwise | What to do | Says |"
        yield "|---|---|---|---|---|"
        for rule in rules:
            yield _row(rule)


def _row(rule: Rule) -> str:
    notes = [rule.severity.value]
    if rule.only:
        notes.append(f"only for {rule.only}")
    if not isinstance(rule, ResourceRule):
        notes.append("across resources")
    says = f"[{rule.reference or _vendor(rule)}]({rule.source})"
    cells = (f"`{rule.name}`<br>{', '.join(notes)}", rule.summary, rule.reason, rule.fix, says)
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _vendor(rule: Rule) -> str:
    return "Snowflake" if "snowflake.com" in rule.source else "AWS"


if __name__ == "__main__":
    PAGE.write_text(page())

"""Snowflake: grants that become wider, columns that go or become narrower.

Source: Snowflake documentation, "Access control privileges" and "ALTER TABLE ... MODIFY COLUMN".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from review.model import JsonValue, Operation, Risk, RiskClass
from review.risks.facts import Facts, risk

GRANT: Final = "snowflake:index/grantPrivilegesToAccountRole:GrantPrivilegesToAccountRole"
ROLE_GRANT: Final = "snowflake:index/grantAccountRole:GrantAccountRole"
OWNERSHIP: Final = "snowflake:index/grantOwnership:GrantOwnership"
TABLE: Final = "snowflake:index/table:Table"
STORAGE: Final = "snowflake:index/storageIntegrationAws:StorageIntegrationAws"
EVERYBODY: Final = "PUBLIC"
_STRONG: Final = ("ACCOUNTADMIN", "SECURITYADMIN", "SYSADMIN", "ORGADMIN")
_TARGETS: Final = ("onAccount", "onAccountObject", "onSchema", "onSchemaObject")
_SIZED: Final = re.compile(r"^\s*(\w+)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?", re.IGNORECASE)
_LONGEST: Final[Mapping[str, tuple[int, int]]] = {
    "VARCHAR": (16777216, 0), "TEXT": (16777216, 0), "STRING": (16777216, 0),
    "NUMBER": (38, 0), "DECIMAL": (38, 0), "NUMERIC": (38, 0), "INT": (38, 0),
    "BINARY": (8388608, 0),
}  # fmt: skip
"""Length, or precision and scale, of a type that names none."""


def warehouse_risks(facts: Facts) -> Iterator[Risk]:
    """Yield the risks of grants, columns and integrations."""
    rule = _RULES.get(facts.step.type)
    if rule is not None:
        yield from rule(facts)


def _grant(facts: Facts) -> Iterator[Risk]:
    if facts.is_removed:
        return
    old, new = facts.step.old, facts.step.new
    role = str(new.get("accountRoleName"))
    where = {name: new[name] for name in _TARGETS if name in new}
    elsewhere = (
        facts.is_new
        or role != old.get("accountRoleName")
        or where != {name: old[name] for name in _TARGETS if name in old}
    )
    held = set() if elsewhere else _privileges(old)
    gained = sorted(_privileges(new) - held)
    passed_on = bool(new.get("withGrantOption")) and not (
        old.get("withGrantOption") and not elsewhere
    )
    if facts.is_new and facts.owner_is_new() and role != EVERYBODY and not passed_on:
        return
    if gained:
        who = "every user" if role == EVERYBODY else f"role {role}"
        text = f"{who} may {', '.join(gained)} on {_target(where)}"
        yield risk(RiskClass.SECURITY, f"more is granted: {text}")
    if passed_on:
        yield risk(RiskClass.SECURITY, f"role {role} may pass its privileges on to others")
    lost = sorted(held - _privileges(new))
    if lost:
        sentence = f"role {role} may no longer {', '.join(lost)} on {_target(where)}"
        yield risk(RiskClass.OUTAGE, sentence)


def _privileges(inputs: Mapping[str, JsonValue]) -> set[str]:
    if inputs.get("allPrivileges"):
        return {"ALL PRIVILEGES"}
    privileges = inputs.get("privileges")
    return {str(one) for one in privileges} if isinstance(privileges, list) else set()


def _target(where: Mapping[str, JsonValue]) -> str:
    words: list[str] = []

    def walk(value: JsonValue) -> None:
        if isinstance(value, dict):
            for name, one in value.items():
                if name in ("all", "future"):
                    words.append(f"{name} objects:")
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)
        elif value is not None:
            words.append("the account" if value is True else str(value))

    for value in where.values():
        walk(value)
    return " ".join(words)


def _role_grant(facts: Facts) -> Iterator[Risk]:
    if facts.is_removed or facts.step.operation is Operation.UPDATE:
        return
    new = facts.step.new
    role = str(new.get("roleName") or "ownership")
    to = str(new.get("parentRoleName") or new.get("userName") or new.get("accountRoleName"))
    if to in _STRONG or (facts.is_new and facts.owner_is_new() and to != EVERYBODY):
        # Administrators inherit every role by Snowflake's own advice.
        return
    who = "every user" if to == EVERYBODY else to
    yield risk(RiskClass.SECURITY, f"{who} may do all that role {role} may")


def _columns(facts: Facts) -> Iterator[Risk]:
    if facts.is_removed:
        return
    old, new = _types(facts.step.old), _types(facts.step.new)
    if not old or not new:
        return
    dropped = sorted(old.keys() - new.keys())
    if dropped:
        yield risk(RiskClass.DATA_LOSS, f"dropped, with what is in it: {', '.join(dropped)}")
    for name in sorted(old.keys() & new.keys()):
        if is_narrower(old[name], new[name]):
            sentence = f"column {name} becomes {new[name]}: what only fits {old[name]} is lost"
            yield risk(RiskClass.DATA_LOSS, sentence)


def _types(inputs: Mapping[str, JsonValue]) -> dict[str, str]:
    columns = inputs.get("columns")
    return {
        str(one.get("name")): str(one.get("type"))
        for one in (columns if isinstance(columns, list) else ())
        if isinstance(one, dict)
    }


def is_narrower(old: str, new: str) -> bool:
    """Whether a type cannot hold all that another holds. Another kind of type cannot."""
    if old == new:
        return False
    before, after = _parsed(old), _parsed(new)
    if before[0] != after[0]:
        return after[0] not in ("VARCHAR", "TEXT", "STRING", "VARIANT")
    whole = before[1] - before[2] > after[1] - after[2]
    return whole or before[2] > after[2]


def _parsed(text: str) -> tuple[str, int, int]:
    found = _SIZED.match(text)
    if found is None:
        return text.upper(), 0, 0
    kind = found[1].upper()
    length, scale = _LONGEST.get(kind, (9, 0))
    return kind, int(found[2] or length), int(found[3] or (scale if found[2] is None else 0))


def _locations(facts: Facts) -> Iterator[Risk]:
    old, new = facts.values("storageAllowedLocations")
    if isinstance(old, list) and isinstance(new, list):
        gained = sorted(str(one) for one in new if one not in old)
        if gained:
            yield risk(RiskClass.SECURITY, f"Snowflake may read {', '.join(gained)}")


_RULES: Final[Mapping[str, Callable[[Facts], Iterator[Risk]]]] = {
    GRANT: _grant,
    ROLE_GRANT: _role_grant,
    OWNERSHIP: _role_grant,
    TABLE: _columns,
    STORAGE: _locations,
}

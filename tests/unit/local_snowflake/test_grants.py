"""Roles hold roles; promises become grants; what is taken away is gone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from local_cloud.snowflake.grants import FutureGrant, Grant, Grants

ROLES = st.sampled_from(["A", "B", "C", "D", "E"])
VIEW = ("DB", "MARTS", "V")


def _grant(privilege: str, role: str) -> Grant:
    return Grant(privilege=privilege, kind="VIEW", path=VIEW, role=role, granted_by="ADMIN")


def _promise(role: str, container: tuple[str, ...]) -> FutureGrant:
    return FutureGrant(privilege="SELECT", kind="VIEW", container=container, role=role)


@given(st.lists(st.tuples(ROLES, ROLES)))
def test_what_a_held_role_holds_is_held(pairs: list[tuple[str, str]]) -> None:
    grants = Grants()
    for role, parent in pairs:
        grants.grant_role(role=role, to_role=parent, to_user=None)
    for role, parent in pairs:
        assert grants.closure([role]) <= grants.closure([parent])


@given(st.lists(st.tuples(st.sampled_from(["SELECT", "INSERT"]), ROLES)))
def test_a_revoked_grant_is_gone_and_no_other(given_grants: list[tuple[str, str]]) -> None:
    grants = Grants()
    for privilege, role in given_grants:
        grants.grant(_grant(privilege, role))
    grants.revoke(privilege="SELECT", kind="VIEW", path=VIEW, role="A")
    left = {(one.privilege, one.role) for one in grants.all() if one.path == VIEW}
    assert left == set(given_grants) - {("SELECT", "A")}


def test_administrators_hold_what_administration_needs() -> None:
    assert Grants().closure(["ACCOUNTADMIN"]) == {
        "ACCOUNTADMIN",
        "SYSADMIN",
        "SECURITYADMIN",
        "USERADMIN",
        "PUBLIC",
    }


def test_a_promise_becomes_a_grant_on_each_new_object() -> None:
    grants = Grants()
    grants.grant_future(_promise("READER", ("DB", "MARTS")))
    grants.on_created(kind="VIEW", path=VIEW, granted_by="ADMIN")
    grants.on_created(kind="TABLE", path=("DB", "MARTS", "T"), granted_by="ADMIN")
    held = [(one.kind, one.path) for one in grants.all() if one.role == "READER"]
    assert held == [("VIEW", VIEW)]


def test_a_schemas_promise_hides_its_databases() -> None:
    grants = Grants()
    grants.grant_future(_promise("OF_DATABASE", ("DB",)))
    grants.grant_future(_promise("OF_SCHEMA", ("DB", "MARTS")))
    grants.on_created(kind="VIEW", path=VIEW, granted_by="ADMIN")
    grants.on_created(kind="VIEW", path=("DB", "RAW", "V"), granted_by="ADMIN")
    held = {(one.role, one.path[1]) for one in grants.all() if one.kind == "VIEW"}
    assert held == {("OF_SCHEMA", "MARTS"), ("OF_DATABASE", "RAW")}


def test_a_dropped_object_leaves_no_grant_for_its_successor() -> None:
    grants = Grants()
    grants.grant(_grant("SELECT", "READER"))
    grants.on_dropped(kind="VIEW", path=VIEW)
    assert not grants.allows(
        roles=frozenset({"READER"}), privilege="SELECT", kind="VIEW", path=VIEW
    )


def test_a_dropped_role_holds_nothing_and_nobody_holds_it() -> None:
    grants = Grants()
    grants.grant(_grant("SELECT", "READER"))
    grants.grant_role(role="READER", to_user="ANN")
    grants.on_role_dropped("READER")
    assert grants.roles_of_user("ANN") == frozenset()
    assert not any(one.role == "READER" for one in grants.all())

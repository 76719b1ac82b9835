"""Policy documents: parsed once for each text, and asked about one request at a time."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, cast

from local_cloud.aws.authorization.conditions import Context, conditions_hold, with_values
from local_cloud.aws.authorization.errors import NotKnownError
from local_cloud.aws.authorization.matching import matches
from local_cloud.aws.authorization.principals import Caller, PrincipalMatch, principal_match

Document = Mapping[str, object]

_ELEMENTS: Final = frozenset(
    (
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "NotPrincipal",
        "Condition",
    )
)


class Verdict(Enum):
    """What a policy says about a request; a denial outweighs everything."""

    SILENT = auto()
    ALLOWED_ACCOUNT = auto()
    """Allowed to the caller's account, which may pass it on with identity policies."""
    ALLOWED = auto()
    DENIED = auto()


@dataclass(frozen=True, kw_only=True)
class Question:
    """One action on one resource in one context: what is asked of policies."""

    action: str
    resource: str
    context: Context


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement, with every element as a list."""

    allows: bool
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: Mapping[str, tuple[str, ...]] | None
    not_principals: Mapping[str, tuple[str, ...]] | None
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]]

    def covers(self, question: Question) -> bool:
        """Whether action, resource and conditions fit, whoever asks."""
        return (
            self._covers_action(question.action)
            and self._covers_resource(question)
            and conditions_hold(self.conditions, question.context)
        )

    def _covers_action(self, action: str) -> bool:
        if self.not_actions:
            return not any(matches(each, action, ignore_case=True) for each in self.not_actions)
        return any(matches(each, action, ignore_case=True) for each in self.actions)

    def _covers_resource(self, question: Question) -> bool:
        if self.not_resources:
            excluded = with_values(self.not_resources, question.context)
            return not any(matches(each, question.resource) for each in excluded)
        if not self.resources:
            # Only trust policies have no resource: theirs is the role itself.
            return True
        resources = with_values(self.resources, question.context)
        return any(matches(each, question.resource) for each in resources)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a policy says, and the places of the statements that say it."""

    verdict: Verdict
    statements: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A parsed document."""

    statements: tuple[Statement, ...]

    def as_identity_policy(self, question: Question) -> Answer:
        """Ask a policy that is attached to the caller."""
        covering: list[int] = []
        for place, statement in enumerate(self.statements):
            if statement.covers(question):
                if not statement.allows:
                    return Answer(verdict=Verdict.DENIED, statements=(place,))
                covering.append(place)
        verdict = Verdict.ALLOWED if covering else Verdict.SILENT
        return Answer(verdict=verdict, statements=tuple(covering))

    def as_resource_policy(self, question: Question, caller: Caller) -> Answer:
        """Ask a policy that is attached to the resource."""
        verdict = Verdict.SILENT
        covering: list[int] = []
        for place, statement in enumerate(self.statements):
            match = _principal_of(statement, caller)
            if match is PrincipalMatch.NONE or not statement.covers(question):
                continue
            if not statement.allows:
                return Answer(verdict=Verdict.DENIED, statements=(place,))
            covering.append(place)
            direct = match is PrincipalMatch.DIRECT
            if direct or verdict is Verdict.SILENT:
                verdict = Verdict.ALLOWED if direct else Verdict.ALLOWED_ACCOUNT
        return Answer(verdict=verdict, statements=tuple(covering))


def parse_policy(document: str | Document) -> Policy:
    """Parse a document as a service stores it."""
    return _parsed(document if isinstance(document, str) else json.dumps(document))


def _principal_of(statement: Statement, caller: Caller) -> PrincipalMatch:
    if statement.not_principals is not None:
        excluded = principal_match(statement.not_principals, caller)
        return PrincipalMatch.NONE if excluded is not PrincipalMatch.NONE else PrincipalMatch.DIRECT
    return principal_match(statement.principals or {}, caller)


@functools.lru_cache(maxsize=1024)
def _parsed(text: str) -> Policy:
    document = cast("dict[str, object]", json.loads(text))
    statements = document.get("Statement", [])
    if isinstance(statements, dict):
        statements = [statements]
    return Policy(statements=tuple(_statement(each) for each in cast("list[Document]", statements)))


def _statement(source: Document) -> Statement:
    for element in source:
        if element not in _ELEMENTS:
            raise NotKnownError(
                what=f"the element {element} of a policy statement",
                what_to_do="Known are: " + ", ".join(sorted(_ELEMENTS)) + ".",
            )
    return Statement(
        allows=source["Effect"] == "Allow",
        actions=_texts(source.get("Action")),
        not_actions=_texts(source.get("NotAction")),
        resources=_texts(source.get("Resource")),
        not_resources=_texts(source.get("NotResource")),
        principals=_principals(source.get("Principal")),
        not_principals=_principals(source.get("NotPrincipal")),
        conditions={
            operator: {key: _texts(value) for key, value in tests.items()}
            for operator, tests in cast(
                "dict[str, dict[str, object]]", source.get("Condition") or {}
            ).items()
        },
    )


def _principals(source: object) -> Mapping[str, tuple[str, ...]] | None:
    if source is None:
        return None
    if source == "*":
        return {"*": ("*",)}
    return {kind: _texts(value) for kind, value in cast("dict[str, object]", source).items()}


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    values = cast("Sequence[object]", value) if isinstance(value, list) else [value]
    return tuple(str(each).lower() if isinstance(each, bool) else str(each) for each in values)

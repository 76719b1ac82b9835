"""What each mutation changes, over all policies of one cloud, and the page that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from local_cloud.aws.authorization.decisions import Decision
from local_cloud.aws.authorization.principals import CallerKind
from tests.e2e.permissions.documented import documented
from tests.e2e.permissions.documents import Document, PolicyName, read_documents
from tests.e2e.permissions.effects import effect
from tests.e2e.permissions.mutations import Mutation, mutations
from tests.e2e.permissions.replay import Request, changed_by, read_requests
from tests.e2e.permissions.situations import Situations

PAGE: Final = Path(__file__).resolve().parents[3] / "docs" / "permissions.md"
COMMAND: Final = ".venv/bin/python -m tests.e2e.permissions"
_INTRODUCTION: Final = f"""# Permissions: what breaks without each

Every statement of every policy of the program, action by action, and what no longer works when it
is taken away. A test takes them away one by one (`tests/e2e/test_permissions.py`, and how:
[ADR 45](adr/0045-permissions-are-proved-by-replay.md)); one that nothing needs fails it.

Written by `{COMMAND}`. *Asked* are those whose requests are refused
without it; for a denial it is the other way round: requests come in that must not. A link in the
last column means that no request on a laptop asks for it, and leads to the page that does.
"""


@dataclass(frozen=True, kw_only=True)
class Survey:
    """The documents, the requests that were recorded, and what each mutation changes."""

    documents: Mapping[PolicyName, Document]
    requests: Sequence[Request]
    changes: Sequence[tuple[Mutation, Sequence[Decision]]]

    @classmethod
    def of(cls, situations: Situations) -> Survey:
        """Drive a cloud through every situation and look at what it asked for."""
        situations.drive()
        documents = read_documents(situations.cloud)
        requests = read_requests(situations.decisions())
        changes = [(each, changed_by(each, requests, documents)) for each in mutations(documents)]
        return cls(documents=documents, requests=requests, changes=changes)

    def unneeded(self) -> list[str]:
        """Return what can be taken away without any request noticing."""
        return [
            str(mutation)
            for mutation, changed in self.changes
            if not changed and documented(mutation) is None
        ]

    def needless_excuses(self) -> list[str]:
        """Return what is said to be needed by documentation only, and is asked for here."""
        return [
            str(mutation)
            for mutation, changed in self.changes
            if changed and documented(mutation) is not None
        ]

    def page(self) -> str:
        """Return docs/permissions.md."""
        rows = [each for each in self.changes if each[0].action is not None]
        parts = [_INTRODUCTION]
        by_kind = sorted(rows, key=lambda each: (_ORDER.index(each[0].policy.kind), each[0].policy))
        for kind, of_kind in groupby(by_kind, key=lambda each: each[0].policy.kind):
            parts.append(f"## {_TITLES[kind]}\n")
            parts.append("| Of | Statement | Action | Asked | Without it |\n|---|---|---|---|---|")
            parts += [_row(mutation, changed) for mutation, changed in of_kind]
            parts.append("")
        return "\n".join(parts)


_TITLES: Final = {
    "role policy": "What roles may do",
    "role trust policy": "Who may assume a role",
    "key policy": "Who may use the key",
    "bucket policy": "Who may use a bucket",
    "queue policy": "Who may use a queue",
    "topic policy": "Who may use a topic",
}
_ORDER: Final = list(_TITLES)


def _row(mutation: Mutation, changed: Sequence[Decision]) -> str:
    asked = ", ".join(sorted({_name(each) for each in changed}))
    why = documented(mutation)
    says = f"[{why.reason}]({why.page})" if why is not None else effect(mutation)
    cells = (mutation.policy.holder, mutation.sid, f"`{mutation.action}`", asked, str(says))
    return f"| {' | '.join(cells)} |"


def _name(decision: Decision) -> str:
    if decision.caller.kind is CallerKind.ROOT:
        return "anyone"
    return decision.caller.name.removeprefix("tarn-local-").removeprefix("tarn-")

"""The one model of a review. Markdown, HTML and JSON are three views of it.

Plain values only, in a fixed order, so that the same two commits give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MODEL_VERSION: Final = 1
"""Raised when a reader of the JSON would have to change."""

SEVERAL_TYPES: Final = "several types"
"""The type of a change that is the same for resources of more than one."""

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]


class RiskClass(StrEnum):
    """What a change may cost its owners, worst first."""

    DATA_LOSS = "data-loss"
    SECURITY = "security"
    OUTAGE = "outage"
    BREAKING_CONTRACT = "breaking-contract"
    COST_UP = "cost-up"
    HARMLESS = "harmless"


class Operation(StrEnum):
    """What the engine would do to a resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    IMPORT = "import"
    RETAIN = "retain"
    """It leaves the stack's state and stays in the account."""


@dataclass(frozen=True, kw_only=True)
class PropertyChange:
    """An input that differs. ``path`` is Pulumi's, e.g. ``tags.owner`` or ``rules[0].id``.

    ``old`` or ``new`` is None where the property is not there. A secret's values are both
    ``[secret]``. A value that only the apply will know is ``[known after apply]``.
    """

    path: str
    old: JsonValue
    new: JsonValue
    secret: bool = False
    replaces: bool = False


@dataclass(frozen=True, kw_only=True)
class Risk:
    """A class and the sentence that says what would happen."""

    risk_class: RiskClass
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Stop:
    """What would keep the change from being applied: a protection, or a guardrail by its name."""

    by: str
    sentence: str
    mandatory: bool


@dataclass(frozen=True, kw_only=True)
class CostDelta:
    """A monthly estimate in US dollars, before and after, of a resource or of those folded.

    None: it is not there.
    """

    before: float | None
    after: float | None


@dataclass(frozen=True, kw_only=True)
class ResourceChange:
    """One resource that a pull request changes, or several equal ones folded.

    ``urns`` are sorted; all of them have this operation and these properties. ``changed_files``
    are the source files, relative to the repository, behind a changed archive. ``cost`` is there
    when the estimate becomes another.
    """

    urns: tuple[str, ...]
    type: str
    operation: Operation
    properties: tuple[PropertyChange, ...]
    replaced_because: tuple[str, ...] = ()
    changed_files: tuple[str, ...] = ()
    risks: tuple[Risk, ...] = ()
    stops: tuple[Stop, ...] = ()
    cost: CostDelta | None = None


@dataclass(frozen=True, kw_only=True)
class ContractChange:
    """One line of a contract's changelog.

    ``kind`` is a stable word, e.g. ``column-removed``, ``type-narrowed``, ``rule-tightened``.
    ``readers`` are the Iceberg tables, Snowflake tables, models and views that read the column.
    ``breaks_for`` says whether a breaking line breaks for ``producers``, ``readers`` or both.
    """

    dataset: str
    kind: str
    column: str | None
    old: JsonValue
    new: JsonValue
    breaking: bool
    sentence: str
    readers: tuple[str, ...] = ()
    breaks_for: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CostLine:
    """A service's monthly estimate in US dollars over the whole stack, before and after."""

    service: str
    before: float
    after: float


@dataclass(frozen=True, kw_only=True)
class CostReport:
    """The stack's estimate. ``unpriced`` are resource types that the price file does not know.

    ``prices_dated`` is the price file's date. ``assumptions`` are what usage it counts with.
    """

    prices_dated: str
    lines: tuple[CostLine, ...]
    unpriced: tuple[str, ...]
    assumptions: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Dependency:
    """``dependent`` (a URN) needs ``on`` (a URN). Kept only around what changed."""

    dependent: str
    on: str


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What the engine or a provider refuses in the head; what came after it is not in the review.

    ``urn`` is None when the program itself failed.
    """

    urn: str | None
    message: str


@dataclass(frozen=True, kw_only=True)
class Review:
    """What the head of a pull request does to a stack that runs its base.

    ``base`` and ``head`` are full commit hashes. ``changes`` are sorted worst first. ``stops``
    are those that name no single resource. With ``failures`` the head does not deploy, and the
    changes are only those seen until then.
    """

    stack: str
    base: str
    head: str
    changes: tuple[ResourceChange, ...]
    contracts: tuple[ContractChange, ...]
    cost: CostReport | None
    dependencies: tuple[Dependency, ...] = ()
    stops: tuple[Stop, ...] = ()
    failures: tuple[Failure, ...] = ()
    version: int = MODEL_VERSION

    @property
    def risk_classes(self) -> tuple[RiskClass, ...]:
        """The classes that occur, worst first."""
        found = {risk.risk_class for change in self.changes for risk in change.risks}
        if any(change.breaking for change in self.contracts):
            found.add(RiskClass.BREAKING_CONTRACT)
        return tuple(one for one in RiskClass if one in found)

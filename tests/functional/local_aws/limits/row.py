"""A limit of AWS as a row: the value at its edge is accepted, the one beyond is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.functional.local_aws.laboratory import Document, Laboratory

Build = Callable[[Laboratory, Any], Document]
Prepare = Callable[[Laboratory], object]

MODEL = "the service's model in the SDK"


def nothing(_laboratory: Laboratory) -> None:
    """Prepare nothing."""


class Row(NamedTuple):
    """``build`` makes the parameters of the call from the value at hand."""

    limit: str
    service: str
    call: str
    build: Build
    good: object
    bad: object
    code: str
    source: str
    prepare: Prepare = nothing

    @property
    def label(self) -> str:
        """Name the row in the report."""
        return f"{self.service}: {self.limit}"


def named(parameter: str, prefix: str = "", **more: object) -> Build:
    """Give the value to one parameter; other text parameters may use ``{suffix}``."""

    def build(laboratory: Laboratory, value: Any) -> Document:  # noqa: ANN401 - of the parameter
        given = f"{prefix}{value}" if prefix else value
        filled = {
            name: text.replace("{suffix}", laboratory.suffix) if isinstance(text, str) else text
            for name, text in more.items()
        }
        return {**filled, parameter: given}

    return build


def long_name(laboratory: Laboratory, length: int) -> str:
    """Return a name of this length that no other test uses."""
    return laboratory.suffix.ljust(length, "x")

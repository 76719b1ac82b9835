"""The price file: public list prices with their date, region, units and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

DIRECTORY: Final = Path(__file__).with_name("prices")


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Prices in US dollars by name, e.g. ``s3.put``: see the file for their units."""

    dated: str
    region: str
    values: Mapping[str, float]

    def __getitem__(self, name: str) -> float:
        """Return a price; KeyError for a name that the file does not have."""
        return self.values[name]


@lru_cache
def read_prices(file: Path | None = None) -> Prices:
    """Read a price file; without a name the newest that the repository has."""
    chosen = file or max(DIRECTORY.glob("*.yaml"))
    document: dict[str, Any] = yaml.safe_load(chosen.read_text(encoding="utf-8"))
    return Prices(
        dated=str(document["dated"]),
        region=str(document["region"]),
        values={name: float(entry["usd"]) for name, entry in document["prices"].items()},
    )

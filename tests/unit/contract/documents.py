"""A small contract in ODCS, to be changed by a test and compiled."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from tarn.contract.compilation import BrokenContractsError, compile_contracts
from tarn.contract.model import Contract

Document = dict[str, Any]

_THINGS: Final[Document] = {
    "apiVersion": "v3.2.0",
    "kind": "DataContract",
    "id": "things",
    "name": "Things",
    "version": "1.0.0",
    "status": "active",
    "description": {"purpose": "To be changed by tests."},
    "team": {"name": "testers"},
    "slaProperties": [{"property": "freshness", "value": 2, "unit": "h"}],
    "customProperties": [{"property": "nullMarkers", "value": ["", "NA"]}],
    "schema": [
        {
            "name": "things",
            "properties": [
                {
                    "name": "code",
                    "logicalType": "string",
                    "primaryKey": True,
                    "description": "Code.",
                    "logicalTypeOptions": {"pattern": "[A-Z]+", "minLength": 1, "maxLength": 9},
                },
                {
                    "name": "amount",
                    "logicalType": "number",
                    "physicalType": "DECIMAL(9,2)",
                    "description": "Amount.",
                    "logicalTypeOptions": {"minimum": 0, "maximum": 99.5},
                },
                {
                    "name": "day",
                    "logicalType": "date",
                    "description": "Day.",
                    "logicalTypeOptions": {"format": "dd.MM.yyyy", "minimum": "01.01.2000"},
                },
            ],
        }
    ],
}


def things() -> Document:
    """Return a fresh document."""
    return copy.deepcopy(_THINGS)


def changed(path: str, value: object) -> Document:
    """Return the document with the field at a path like ``schema.0.name`` set; None removes it."""
    document = things()
    *parents, last = (int(step) if step.isdigit() else step for step in path.split("."))
    place: Any = document
    for step in parents:
        place = place[step] if isinstance(step, int) else place.setdefault(step, {})
    if value is None:
        del place[last]
    elif isinstance(last, int) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return document


def compile_document(document: Mapping[str, Any]) -> Contract:
    """Compile one document as ``things.odcs.yaml``."""
    return compile_text(yaml.safe_dump(dict(document), sort_keys=False))


def compile_text(text: str) -> Contract:
    with tempfile.TemporaryDirectory() as directory:
        contracts = Path(directory) / "contracts"
        contracts.mkdir()
        (contracts / "things.odcs.yaml").write_text(text, encoding="utf-8")
        return compile_contracts(contracts)["things"]


def problems_of(document: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a document; empty when nothing is."""
    try:
        compile_document(document)
    except BrokenContractsError as error:
        return [str(problem) for problem in error.problems]
    return []

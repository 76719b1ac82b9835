"""NDJSON: one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import CDLL
from pathlib import Path

from lambdas.ingest.cells import CellJudge
from lambdas.ingest.readers.byte_source import ByteSource
from lambdas.ingest.readers.encodings import as_utf8
from lambdas.ingest.readers.json_rows import JsonRows, json_batches
from lambdas.ingest.readers.lines import Block, line_blocks
from lambdas.ingest.readers.native_json import JsonLinesEngine
from lambdas.ingest.rows import CellForm, RowBatch, TypedBatch
from tarn.contract.model import Contract


class JsonLinesReader:
    """Reads one object a line; blank lines are no rows."""

    cells: CellForm = CellForm.JSON

    def batches(self, source: ByteSource, contract: Contract, scratch: Path) -> Iterator[RowBatch]:
        """Yield the rows of each block of lines."""
        del scratch
        return self.decoded_batches(as_utf8(source, contract.dialect.encoding), contract)

    def typed_batches(
        self, library: CDLL, source: ByteSource, contract: Contract, scratch: Path
    ) -> Iterator[TypedBatch]:
        """Yield the same rows, typed by the native engine."""
        if contract.added:
            # Their values are of any kind, and become text.
            judge = CellJudge(contract, self.cells)
            return map(judge.typed, self.batches(source, contract, scratch))
        blocks = line_blocks(as_utf8(source, contract.dialect.encoding))
        return JsonLinesEngine(library, contract).batches(blocks)

    def decoded_batches(self, source: ByteSource, contract: Contract) -> Iterator[RowBatch]:
        """Yield the rows of a text that is UTF-8 already."""
        return json_batches(map(_rows, line_blocks(source)), contract)


def _rows(block: Block) -> JsonRows:
    numbered = enumerate(block.data.split(b"\n"), start=block.first_line)
    return JsonRows(
        texts=[
            (line, raw.removesuffix(b"\r")) for line, raw in numbered if raw and not raw.isspace()
        ],
        rejects=block.rejects,
    )

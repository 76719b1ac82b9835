"""How the text of a dataset's files is written, where it is not what their names say.

The names are those of the Frictionless and W3C descriptions of CSV dialects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tarn.contract.fields import CompiledFields

UTF8: Final = "utf-8"

ENCODINGS: Final = (
    UTF8, "utf-16", "utf-16-be", "utf-16-le", "utf-32", "us-ascii",
    *(f"iso-8859-{part}" for part in range(1, 17) if part != 12),
    *(f"windows-{page}" for page in range(1250, 1259)),
    "ibm437", "ibm850", "ibm852", "ibm855", "ibm866", "koi8-r", "koi8-u", "macintosh",
    "big5", "euc-jp", "euc-kr", "gb18030", "gb2312", "gbk", "iso-2022-jp", "shift_jis",
)  # fmt: skip
"""By their registered (IANA) names, in lower case."""


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How delimited text is written; of it, the encoding counts for JSON as well."""

    delimiter: str | None = None
    """One ASCII character; None: a comma, or what the key's suffix says."""
    quote_char: str | None = '"'
    """Encloses fields that hold delimiters, line ends or, doubled, itself; None: nothing does."""
    escape_char: str | None = None
    """Takes the special meaning from the character after it; None: nothing does."""
    header: bool = True
    """Whether the first row names the columns. Without it rows have the contract's order."""
    encoding: str = UTF8

    def to_compiled(self) -> dict[str, object]:
        """Return what differs from the usual."""
        compiled: dict[str, object] = {
            "delimiter": self.delimiter,
            "escapeChar": self.escape_char,
        }
        compiled = {name: value for name, value in compiled.items() if value is not None}
        if self.quote_char != '"':
            compiled["quoteChar"] = self.quote_char or ""
        if not self.header:
            compiled["header"] = False
        if self.encoding != UTF8:
            compiled["encoding"] = self.encoding
        return compiled

    @classmethod
    def from_compiled(cls, compiled: Mapping[str, object]) -> Dialect:
        fields = CompiledFields(compiled)
        quote = fields.optional_text("quoteChar")
        return cls(
            delimiter=fields.optional_text("delimiter"),
            quote_char='"' if quote is None else quote or None,
            escape_char=fields.optional_text("escapeChar"),
            header=compiled.get("header") is not False,
            encoding=fields.optional_text("encoding") or UTF8,
        )

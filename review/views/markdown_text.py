"""Text of others inside Markdown as GitHub renders it: nothing breaks out of its place."""

from __future__ import annotations

import html
import re
from typing import Final

from review.views.values import visible

CUT: Final = "…"
_SPECIAL: Final = re.compile(r"([\\`*_\[\]#|~])")
_FIRST: Final = re.compile(r"^(?:(?=[-+=])|(\d+)(?=[.)]))")
"""What begins a list or a heading at the start of a line."""
_RUN: Final = re.compile(r"`+")
_CODE_IN_SENTENCE: Final = re.compile(r"`([^`\n]+)`")


def plain(text: str) -> str:
    """Escape text so that it reads as itself: no markup, no mention, no link to an issue."""
    flat = " ".join(visible(text).split())
    escaped = _SPECIAL.sub(r"\\\1", html.escape(flat, quote=False))
    escaped = _FIRST.sub(r"\1\\", escaped)
    # A comment in between keeps GitHub from notifying a person or linking an issue.
    return escaped.replace("@", "@<!-- -->").replace("\\#", "\\#<!-- -->")


def sentence(text: str) -> str:
    """Escape a sentence of our own; what it has between backticks becomes code."""
    parts = _CODE_IN_SENTENCE.split(text)
    return "".join(
        code(part) if index % 2 else _kept_spaces(part) for index, part in enumerate(parts)
    )


def code(text: str, *, limit: int = 200) -> str:
    """Put text into a code span, shortened to ``limit`` characters; not for tables."""
    flat = shortened(" ".join(visible(text).split()), limit) or " "
    fence = "`" * (_longest_run(flat) + 1)
    space = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{fence}{space}{flat}{space}{fence}"


def block(lines: list[str], language: str) -> str:
    """Put lines into a fenced block that none of them can close."""
    text = "\n".join(visible(line) for line in lines)
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def shortened(text: str, limit: int) -> str:
    """Cut a text off, visibly."""
    return text if len(text) <= limit else text[: limit - 1] + CUT


def _kept_spaces(text: str) -> str:
    if not text.strip():
        return text and " "
    left = " " if text[0].isspace() else ""
    right = " " if text[-1].isspace() else ""
    return f"{left}{plain(text)}{right}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in _RUN.findall(text)), default=0)

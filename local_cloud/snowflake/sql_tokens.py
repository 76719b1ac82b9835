"""Splits Snowflake SQL into tokens, keeping positions so that bodies can be sliced verbatim."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from local_cloud.snowflake.errors import syntax_error


class TokenKind(StrEnum):
    """What a token is; the value names its group in the pattern."""

    WORD = "word"
    QUOTED = "quoted"
    STRING = "string"
    DOLLARS = "dollars"
    NUMBER = "number"
    STAGE = "stage"
    SYMBOL = "symbol"


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A piece of a statement; ``text`` is its meaning, ``start`` and ``end`` its place."""

    kind: TokenKind
    text: str
    start: int
    end: int


_PATTERN: Final = re.compile(
    r"""
    (?P<skip>\s+|--[^\n]*|//[^\n]*|/\*.*?\*/)
  | (?P<dollars>\$\$.*?\$\$)
  | (?P<string>'(?:[^'\\]|\\.|'')*')
  | (?P<quoted>"(?:[^"]|"")*")
  | (?P<stage>@[~%\w"$./=*+-]+)
  | (?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
  | (?P<word>[A-Za-z_][\w$]*)
  | (?P<symbol>=>|->|[^\s])
    """,
    re.VERBOSE | re.DOTALL,
)

_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b"}


def tokenize(sql: str) -> tuple[Token, ...]:
    """Split a statement; comments and a trailing semicolon are left out."""
    tokens: list[Token] = []
    position = 0
    while position < len(sql):
        match = _PATTERN.match(sql, position)
        if match is None or match.lastgroup is None:
            raise syntax_error(near=sql[position : position + 20], position=position)
        position = match.end()
        if match.lastgroup != "skip":
            tokens.append(_token(match, match.lastgroup))
    while tokens and tokens[-1].text == ";" and tokens[-1].kind is TokenKind.SYMBOL:
        tokens.pop()
    return tuple(tokens)


def _token(match: re.Match[str], group: str) -> Token:
    kind = TokenKind(group)
    return Token(kind=kind, text=_meaning(kind, match[0]), start=match.start(), end=match.end())


def _meaning(kind: TokenKind, raw: str) -> str:
    if kind is TokenKind.STRING:
        return unescape(raw[1:-1])
    if kind is TokenKind.DOLLARS:
        return raw[2:-2]
    if kind is TokenKind.QUOTED:
        return raw[1:-1].replace('""', '"')
    return raw


def unescape(body: str) -> str:
    """Resolve a string literal's doubled quotes and backslash escapes."""
    return re.sub(
        r"''|\\(.)",
        lambda match: "'" if match[0] == "''" else _ESCAPES.get(match[1], match[1]),
        body,
        flags=re.DOTALL,
    )

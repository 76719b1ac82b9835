"""Reads Snowflake's object statements: names, values and property lists.

Snowflake's DDL is regular: words, a name, then ``PROPERTY = value`` pairs. This reader knows that
shape and nothing about any object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from local_cloud.snowflake.errors import SnowflakeSqlError, syntax_error
from local_cloud.snowflake.names import Path
from local_cloud.snowflake.sql_tokens import Token, TokenKind, tokenize

Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value] | None"
"""A property's value; words and strings are both ``str``, bare words in upper case."""

_LITERALS: dict[str, bool | None] = {"TRUE": True, "FALSE": False, "NULL": None}


class SqlReader:
    """Walks over one statement from left to right."""

    def __init__(self, sql: str, tokens: tuple[Token, ...] | None = None) -> None:
        """Start at the statement's first token."""
        self.sql = sql
        self._tokens = tokenize(sql) if tokens is None else tokens
        self._next = 0

    @property
    def done(self) -> bool:
        """Whether everything was read."""
        return self._next >= len(self._tokens)

    def peek(self, ahead: int = 0) -> Token | None:
        """Look at a coming token without taking it."""
        place = self._next + ahead
        return self._tokens[place] if place < len(self._tokens) else None

    def word(self, ahead: int = 0) -> str:
        """Return a coming bare word in upper case, or '' when there is something else."""
        token = self.peek(ahead)
        return token.text.upper() if token and token.kind is TokenKind.WORD else ""

    def symbol(self, text: str, ahead: int = 0) -> bool:
        """Tell whether a coming token is this symbol."""
        token = self.peek(ahead)
        return token is not None and token.kind is TokenKind.SYMBOL and token.text == text

    def symbol_count(self, text: str) -> int:
        """Count a symbol in the whole statement."""
        return sum(one.kind is TokenKind.SYMBOL and one.text == text for one in self._tokens)

    def take(self) -> Token:
        """Take the next token."""
        token = self.peek()
        if token is None:
            raise syntax_error(near="<EOF>", position=len(self.sql))
        self._next += 1
        return token

    def accept(self, words: str) -> bool:
        """Take these words if they come next, all of them or none."""
        wanted = words.split()
        if any(self.word(ahead) != one for ahead, one in enumerate(wanted)):
            return False
        self._next += len(wanted)
        return True

    def accept_one_of(self, choices: Sequence[str]) -> str | None:
        """Take the first of these phrases that comes next."""
        return next((choice for choice in choices if self.accept(choice)), None)

    def accept_symbol(self, text: str) -> bool:
        """Take this symbol if it comes next."""
        if not self.symbol(text):
            return False
        self._next += 1
        return True

    def expect(self, words: str) -> None:
        """Take these words or refuse the statement."""
        if not self.accept(words):
            raise self.unexpected()

    def expect_symbol(self, text: str) -> None:
        """Take this symbol or refuse the statement."""
        if not self.accept_symbol(text):
            raise self.unexpected()

    def expect_end(self) -> None:
        """Refuse anything that is left."""
        if not self.done:
            raise self.unexpected()

    def unexpected(self) -> SnowflakeSqlError:
        """Build the syntax error for the next token."""
        token = self.peek()
        if token is None:
            return syntax_error(near="<EOF>", position=len(self.sql))
        return syntax_error(near=token.text, position=token.start)

    def rest(self) -> str:
        """Take the remaining text verbatim."""
        token = self.peek()
        self._next = len(self._tokens)
        return "" if token is None else self.sql[token.start :].strip().rstrip(";").rstrip()

    def identifier(self) -> str:
        """Take one identifier: bare words become upper case, quoted ones stay."""
        token = self.take()
        if token.kind is TokenKind.QUOTED:
            return token.text
        if token.kind is TokenKind.WORD:
            if token.text.upper() == "IDENTIFIER" and self.symbol("("):
                return self._identifier_function()
            return token.text.upper()
        self._next -= 1
        raise self.unexpected()

    def _identifier_function(self) -> str:
        self.expect_symbol("(")
        name = SqlReader(self.take().text).identifier()
        self.expect_symbol(")")
        return name

    def path(self) -> Path:
        """Take a dotted name."""
        parts = [self.identifier()]
        while self.accept_symbol("."):
            parts.append(self.identifier())
        return tuple(parts)

    def string(self) -> str:
        """Take a string literal."""
        token = self.peek()
        if token is None or token.kind not in (TokenKind.STRING, TokenKind.DOLLARS):
            raise self.unexpected()
        return self.take().text

    def value(self) -> Value:
        """Take a property's value: scalar, dotted name, list or nested properties."""
        if self.symbol("("):
            return self._group()
        token = self.take()
        if token.kind is TokenKind.NUMBER:
            return _number(token.text)
        if token.kind is TokenKind.WORD and token.text.upper() in _LITERALS:
            return _LITERALS[token.text.upper()]
        if token.kind in (TokenKind.WORD, TokenKind.QUOTED):
            self._next -= 1
            return ".".join(self.path())
        if token.kind is TokenKind.SYMBOL:
            self._next -= 1
            raise self.unexpected()
        return token.text

    def _group(self) -> Value:
        self.expect_symbol("(")
        if self.symbol("=", ahead=1):
            pairs = self.properties()
            self.expect_symbol(")")
            return pairs
        items: list[Value] = []
        while not self.accept_symbol(")"):
            items.append(self.value())
            self.accept_symbol(",")
        return items

    def properties(self) -> dict[str, Value]:
        """Take ``NAME = value`` pairs (commas between them are allowed) as long as they come."""
        pairs: dict[str, Value] = {}
        while self.word() and self.symbol("=", ahead=1):
            name = self.identifier()
            self.expect_symbol("=")
            pairs[name] = self.value()
            self.accept_symbol(",")
        return pairs


def _number(text: str) -> int | float:
    return float(text) if any(mark in text for mark in ".eE") else int(text)

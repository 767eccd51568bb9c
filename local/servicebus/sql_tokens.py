"""The words and signs of Service Bus SQL. Source: Microsoft Learn, "Subscription rule SQL filter syntax"."""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>'(?:[^']|'')*')
    |(?P<number>\d+(?:\.\d+)?[eE][+-]?\d+|\d+\.\d+|\d+)
    |(?P<parameter>@\w*)
    |(?P<quoted>\[(?:[^\]]|\]\])+\]|"(?:[^"]|"")+")
    |(?P<name>[^\W\d]\w*)
    |(?P<sign><>|!=|>=|<=|[=<>(),.;+*/%-]))""",
    re.VERBOSE,
)
_RESERVED = frozenset(
    {"AND", "OR", "NOT", "IN", "LIKE", "ESCAPE", "IS", "NULL", "EXISTS", "TRUE", "FALSE", "SET", "REMOVE"}
)


class SqlError(ValueError):
    """The text is no SQL that this broker understands; the message names the place."""


class Token(NamedTuple):
    kind: str
    text: str


class TokenReader:
    """The tokens of a text, one after the other."""

    def __init__(self, text: str) -> None:
        """Raises SqlError at a sign that is none."""
        self.text = text
        self._tokens = list(_tokens(text.strip()))
        self._position = 0

    @property
    def next(self) -> Token:
        return self._tokens[self._position]

    @property
    def is_at_end(self) -> bool:
        return self.next.kind == "end"

    def unexpected(self, wanted: str) -> SqlError:
        """The error that something else stands where `wanted` should."""
        return SqlError(f"{wanted} was expected at {self.next.text!r} in {self.text!r}")

    def take(self, kind: str, wanted: str) -> str:
        """The text of the next token, which must be of `kind`. Raises SqlError."""
        if self.next.kind != kind:
            raise self.unexpected(wanted)
        self._position += 1
        return self._tokens[self._position - 1].text

    def take_keyword(self, keyword: str) -> bool:
        found = self.next.kind == "name" and self.next.text.upper() == keyword
        self._position += found
        return found

    def take_sign(self, *signs: str) -> str | None:
        token = self.next
        if token.kind != "sign" or token.text not in signs:
            return None
        self._position += 1
        return token.text

    def need_sign(self, sign: str) -> None:
        if self.take_sign(sign) is None:
            raise self.unexpected(repr(sign))

    def take_function(self, *names: str) -> str | None:
        """The function that is called next, without its opening parenthesis, which is taken too."""
        token, following = self.next, self._tokens[min(self._position + 1, len(self._tokens) - 1)]
        if token.kind != "name" or token.text.lower() not in names or following.text != "(":
            return None
        self._position += 2
        return token.text.lower()

    def take_identifier(self) -> str:
        """A name, which keeps its case. Raises SqlError."""
        kind, text = self.next
        if kind == "parameter":
            raise SqlError(f"parameters such as {text!r} are not supported, in {self.text!r}")
        if kind == "quoted":
            self._position += 1
            return text[1:-1].replace(text[-1] * 2, text[-1])
        if kind == "name" and text.upper() in _RESERVED:
            raise SqlError(f"a property name was expected at the keyword {text!r} in {self.text!r}")
        return self.take("name", "a property name")

    def take_string(self) -> str:
        return self.take("string", "a string")[1:-1].replace("''", "'")


def _tokens(text: str) -> list[Token]:
    found, position = [], 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise SqlError(f"not understood at {text[position:]!r} in {text!r}")
        found.append(Token(match.lastgroup, match.group(match.lastgroup)))
        position = match.end()
    return [*found, Token("end", "its end")]

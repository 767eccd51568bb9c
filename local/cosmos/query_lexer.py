"""Cuts a query text into tokens, and reads them one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from local.cosmos.errors import BadRequest


class TokenKind(Enum):
    NUMBER = "number"
    STRING = "string"
    PARAMETER = "parameter"
    WORD = "word"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    kind: TokenKind
    text: str
    """As written; of a string, its content with escapes resolved."""

    @property
    def keyword(self) -> str:
        """The word in upper case, or an empty text for what is no word."""
        return self.text.upper() if self.kind is TokenKind.WORD else ""


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
      | (?P<parameter>@\w+)
      | (?P<word>[^\W\d]\w*)
      | (?P<symbol><=|>=|!=|<>|\|\||\?\?|[-+*/%=<>().,\[\]{}:?~&|^])
    )""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_CONTROL_CHARACTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def tokens_of(text: str) -> list[Token]:
    """All tokens of a query and an END; raises `BadRequest` at the first thing that is none."""
    text = text.rstrip()
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise BadRequest(f"Syntax error near '{text[position : position + 20].strip()}'.")
        kind = TokenKind(match.lastgroup)
        written = match.group(kind.value)
        tokens.append(Token(kind, _unescaped(written[1:-1]) if kind is TokenKind.STRING else written))
        position = match.end()
    tokens.append(Token(TokenKind.END, "end of query"))
    return tokens


def _unescaped(content: str) -> str:
    def character(match: re.Match[str]) -> str:
        code, letter = match.groups()
        return chr(int(code, 16)) if code else _CONTROL_CHARACTERS.get(letter, letter)

    return _ESCAPE.sub(character, content)


class TokenReader:
    """Walks over the tokens of a text. The takers move on when the next token fits, the expecters insist."""

    def __init__(self, text: str) -> None:
        self._tokens = tokens_of(text)
        self._position = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._position]

    def _keyword(self, *keywords: str) -> str:
        """Take the next token if it is one of the keywords, and say which; else say nothing."""
        keyword = self._next.keyword
        if not keyword or keyword not in keywords:
            return ""
        self._position += 1
        return keyword

    def _symbol(self, *symbols: str) -> str:
        token = self._next
        if token.kind is not TokenKind.SYMBOL or token.text not in symbols:
            return ""
        self._position += 1
        return token.text

    def _word(self) -> str:
        token = self._next
        if token.kind is not TokenKind.WORD:
            raise self._syntax_error()
        self._position += 1
        return token.text

    def _expect_keyword(self, keyword: str) -> None:
        if not self._keyword(keyword):
            raise self._syntax_error(keyword)

    def _expect_symbol(self, symbol: str) -> None:
        if not self._symbol(symbol):
            raise self._syntax_error(symbol)

    def _syntax_error(self, expected: str = "") -> BadRequest:
        hint = f"; expected {expected}" if expected else ""
        return BadRequest(f"Syntax error near '{self._next.text}'{hint}.")

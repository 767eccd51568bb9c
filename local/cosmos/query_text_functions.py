"""Built-in functions on texts, and those that make texts of values and values of texts.

REGEXMATCH is left out: its dialect is not Python's, and would match something else here than in Azure.
"""

from __future__ import annotations

from typing import Any

import msgspec

from local.cosmos.errors import NotSupported
from local.cosmos.query_signatures import ARRAY, BOOLEAN, DEFINED, NUMBER, TEXT, signature
from local.cosmos.query_values import undefined

_LONGEST_REPLICA = 10_000
_LARGEST_PLAIN_NUMBER = 1e15
"""Below it, Azure and Python write a number alike."""


def _substring(text: str, start: float, length: float) -> Any:
    if start != int(start) or length != int(length):
        return undefined
    if start < 0 or length <= 0:
        return ""
    return text[int(start) : int(start + length)]


def _right(text: str, length: float) -> Any:
    return _substring(text, max(len(text) - length, 0), len(text))


def _replaced(text: str, sought: str, replacement: str) -> Any:
    return text.replace(sought, replacement) if sought else undefined


def _replicated(text: str, times: float) -> Any:
    if times < 0 or len(text) * times > _LONGEST_REPLICA:
        return undefined
    return text * int(times)


def _index_of(text: str, sought: str, start: float = 0) -> Any:
    return text.find(sought, int(start)) if start == int(start) and start >= 0 else undefined


def _starts(text: str, sought: str, ignoring_case: bool = False) -> bool:
    return text.lower().startswith(sought.lower()) if ignoring_case else text.startswith(sought)


def _ends(text: str, sought: str, ignoring_case: bool = False) -> bool:
    return text.lower().endswith(sought.lower()) if ignoring_case else text.endswith(sought)


def _contains(text: str, sought: str, ignoring_case: bool = False) -> bool:
    return sought.lower() in text.lower() if ignoring_case else sought in text


def _equals(left: str, right: str, ignoring_case: bool = False) -> bool:
    return left.lower() == right.lower() if ignoring_case else left == right


def _as_text(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and not 1e-4 <= abs(value) < _LARGEST_PLAIN_NUMBER:
        raise NotSupported(f"TOSTRING of {value}, whose spelling in Azure is its own,")
    return msgspec.json.encode(value).decode()


def _parsed(kind: Any) -> Any:
    """Reads JSON of one kind; what is something else is undefined."""

    def parse(text: str) -> Any:
        try:
            return msgspec.json.decode(text.strip(), type=kind)
        except msgspec.DecodeError:
            return undefined

    return parse


def _joined(texts: list[Any], separator: str) -> Any:
    return separator.join(texts) if all(isinstance(text, str) for text in texts) else undefined


def _split(text: str, separator: str) -> Any:
    return text.split(separator) if separator else [text]


TEXT_FUNCTIONS = {
    "LOWER": signature(str.lower, TEXT),
    "UPPER": signature(str.upper, TEXT),
    "LENGTH": signature(len, TEXT),
    "TRIM": signature(str.strip, TEXT),
    "LTRIM": signature(str.lstrip, TEXT),
    "RTRIM": signature(str.rstrip, TEXT),
    "SUBSTRING": signature(_substring, TEXT, NUMBER, NUMBER),
    "LEFT": signature(lambda text, length: _substring(text, 0, length), TEXT, NUMBER),
    "RIGHT": signature(_right, TEXT, NUMBER),
    "REPLACE": signature(_replaced, TEXT, TEXT, TEXT),
    "REPLICATE": signature(_replicated, TEXT, NUMBER),
    "REVERSE": signature(lambda text: text[::-1], TEXT),
    "INDEX_OF": signature(_index_of, TEXT, TEXT, NUMBER, optional=1),
    "CONCAT": signature(lambda *texts: "".join(texts), TEXT, TEXT, repeated=True),
    "CONTAINS": signature(_contains, TEXT, TEXT, BOOLEAN, optional=1),
    "STARTSWITH": signature(_starts, TEXT, TEXT, BOOLEAN, optional=1),
    "ENDSWITH": signature(_ends, TEXT, TEXT, BOOLEAN, optional=1),
    "STRINGEQUALS": signature(_equals, TEXT, TEXT, BOOLEAN, optional=1),
    "STRINGJOIN": signature(_joined, ARRAY, TEXT),
    "STRINGSPLIT": signature(_split, TEXT, TEXT),
    "TOSTRING": signature(_as_text, DEFINED),
    "STRINGTONUMBER": signature(_parsed(int | float), TEXT),
    "STRINGTOBOOLEAN": signature(_parsed(bool), TEXT),
    "STRINGTONULL": signature(_parsed(None), TEXT),
    "STRINGTOARRAY": signature(_parsed(list), TEXT),
    "STRINGTOOBJECT": signature(_parsed(dict), TEXT),
}

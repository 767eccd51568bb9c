"""The patterns of LIKE.

Source: https://learn.microsoft.com/azure/cosmos-db/nosql/query/keywords#like
"""

from __future__ import annotations

import re
from functools import lru_cache

from local.cosmos.errors import BadRequest

_WILDCARDS = {"%": ".*", "_": "."}


@lru_cache(maxsize=256)
def like(pattern: str, escape: str = "") -> re.Pattern[str]:
    """What a whole text must match: `%` any text, `_` any character, `[a-f]` and `[^a-f]` one of or not of a set."""
    if len(escape) > 1:
        raise BadRequest(f"ESCAPE takes one character, not '{escape}'.")
    expression, position = "", 0
    while position < len(pattern):
        character = pattern[position]
        end = pattern.find("]", position + 2) if character == "[" else -1
        if character == escape and position + 1 < len(pattern):
            expression += re.escape(pattern[position + 1])
            position += 1
        elif end > 0:
            expression += _set(pattern[position + 1 : end])
            position = end
        else:
            expression += _WILDCARDS.get(character) or re.escape(character)
        position += 1
    return re.compile(expression, re.DOTALL)


def _set(members: str) -> str:
    negated, members = ("^", members[1:]) if members.startswith("^") and len(members) > 1 else ("", members)
    escaped = re.sub(r"[\\\[\]^&~|]", r"\\\g<0>", members)
    try:
        re.compile(f"[{negated}{escaped}]")
    except re.error as fault:
        raise BadRequest(f"'[{members}]' is no set of characters for LIKE: {fault}.") from fault
    return f"[{negated}{escaped}]"

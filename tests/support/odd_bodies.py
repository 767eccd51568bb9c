"""Request bodies that are wrong in a few places, or just about right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

SEAT_TYPE = "5ea70000-0000-4000-8000-000000000001"
ANOTHER_SEAT_TYPE = "5EA70000-0000-4000-8000-00000000000A"

LENGTHS = (0, 1, 2, 5, 6, 7, 64, 65, 70, 71, 100, 101, 200, 201, 250, 251, 4000, 4001)
WORDS = ("", " ", "a", "é€😀", "true", "null", "0", "a\n", "cqrs-1", "cqrs_1", "cqrs 1", "cqrs/1", "cqrs-é", "cqrs-1\n")
IDS = (SEAT_TYPE, ANOTHER_SEAT_TYPE, SEAT_TYPE.replace("-", ""), f"{{{SEAT_TYPE}}}", f"urn:uuid:{SEAT_TYPE}")
MONEY = ("0.00", "0.0", "1", "1.000", "-1.00", "+1.00", "1,00", " 1.00", "1.00\n", "\u0661.\u0660\u0660")
LARGE_MONEY = ("50000.00", "50000.01", "999999999.99", "1234567890.00")
DATES = ("2027-05-02", "2027-05-03", "2027-5-2", "20270502", "2027-02-30", "2027-05-02T00:00:00", "2027-W01-1")
EMAILS = ("ada@example.com", "ADA@EXAMPLE.COM", "ada", "ada@", "@example.com", "ada@example.com\n")
NUMBERS = (None, True, False, 0, 1, 20, 21, -1, 2.0, 2.5, 100_000, 100_001, 10**30, 1e30, 1811894400)
SEAT = {"seatType": SEAT_TYPE, "quantity": 2}

ODD_VALUES: SearchStrategy[Any] = st.one_of(
    st.sampled_from([*WORDS, *IDS, *MONEY, *LARGE_MONEY, *DATES, *EMAILS]),
    st.sampled_from(LENGTHS).flatmap(lambda length: st.sampled_from(["x" * length, "é" * length])),
    st.sampled_from(NUMBERS),
    st.sampled_from([[], {}, [None], [[]], {"a": 1}, SEAT, [SEAT]]),
    st.integers(-5, 100_010),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)


def places(body: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Everywhere in a body."""
    inner: list[tuple[str | int, ...]] = []
    parts: list[tuple[Any, Any]] = []
    if isinstance(body, dict):
        parts = list(body.items())
    elif isinstance(body, list):
        parts = list(enumerate(body))
    for key, part in parts:
        inner += places(part, (*path, key))
    return [path, *inner]


def changed(body: Any, path: tuple[str | int, ...], change: Callable[[Any], Any]) -> Any:
    """A copy of the body, changed at that place; a change that gives `...` leaves the place out."""
    if not path:
        return change(body)
    copy = body.copy()
    new = changed(copy[path[0]], path[1:], change)
    if new is ...:
        del copy[path[0]]
    else:
        copy[path[0]] = new
    return copy


@st.composite
def bodies(draw: st.DrawFn, good: dict[str, Any]) -> Any:
    """A good body with up to three things changed: replaced, left out, doubled, or one too many."""
    body: Any = good
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(places(body)))
        odd, action = draw(ODD_VALUES), draw(st.sampled_from(["replace", "leave out", "add"]))
        if action == "add":
            name = draw(st.sampled_from(["more", "OrderId", "first_name", "seat_type", ""]))
            body = changed(body, path, partial(_with, name, odd))
        elif action == "replace" or not path:
            body = changed(body, path, partial(_replaced, odd))
        else:
            body = changed(body, path, partial(_replaced, ...))
    return body


def _replaced(odd: Any, part: Any) -> Any:
    return odd


def _with(name: str, odd: Any, part: Any) -> Any:
    if isinstance(part, dict):
        return part | {name: odd}
    return [*part, odd] if isinstance(part, list) else odd

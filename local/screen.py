"""What the supervisor shows: on a terminal a list that is drawn anew in place, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from local.parts import Part

_MARKS = {
    "waiting": ("·", "dim"),
    "ready": ("✓", "green"),
    "stopped": ("·", "dim"),
    "restarting": ("!", "red"),
}
_UNDER_WAY = ("…", "yellow")
_EXPLAINED = {"installing": "installing (only once, a minute or two)"}


class Screen(Protocol):
    """Shows the parts, again after each change, and lines of text."""

    def __enter__(self) -> Screen: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def show(self, parts: Sequence[Part]) -> None: ...
    def say(self, text: str) -> None: ...


def make_screen() -> Screen:
    console = Console()
    return ListScreen(console) if console.is_terminal else PlainScreen()


@contextmanager
def _seen_or_not() -> Iterator[None]:
    """Nothing stops because nobody looks any more, at a closed pipe or terminal: what is shown then goes nowhere."""
    try:
        yield
    except (OSError, SystemExit):  # rich ends the process when a pipe is closed
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())


class PlainScreen:
    """One line for each change."""

    def __init__(self) -> None:
        self._shown: dict[str, str] = {}

    def __enter__(self) -> Screen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left to do."""

    def show(self, parts: Sequence[Part]) -> None:
        for part in parts:
            state = part.state
            if self._shown.get(part.name, "waiting") != state:
                self._shown[part.name] = state
                self.say(f"{part.name} {_told(part)}")

    def say(self, text: str) -> None:
        with _seen_or_not():
            print(text, flush=True)


class ListScreen:
    """The parts, one to a line, and below them what was said."""

    def __init__(self, console: Console) -> None:
        self._live = Live(console=console, auto_refresh=False)
        self._said: list[str] = []
        self._parts: Sequence[Part] = ()

    def __enter__(self) -> Screen:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with _seen_or_not():
            self._live.__exit__(kind, error, trace)

    def show(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._draw()

    def say(self, text: str) -> None:
        self._said.append(text)
        self._draw()

    def _draw(self) -> None:
        lines = Table.grid(padding=(0, 2))
        for part in self._parts:
            mark, style = _MARKS.get(part.state, _UNDER_WAY)
            restarts = f", restarted {part.restarts} times" if part.restarts else ""
            lines.add_row(Text(f" {mark} {part.name}", style), _state(part) + restarts, Text(part.address, "dim"))
        said = [Text(text) for text in self._said]
        with _seen_or_not():
            self._live.update(Group(lines, *([Text("")] if said else []), *said), refresh=True)


def _state(part: Part) -> str:
    """What is done for it, or that it is ready, and the seconds."""
    if part.state == "ready":
        return f"ready in {part.seconds:.1f} s"
    told = _EXPLAINED.get(part.state, part.state)
    return f"{told} {part.seconds:.0f} s" if part.state in ("installing", "starting", "preparing") else told


def _told(part: Part) -> str:
    """The same for a line that stays as it is."""
    if part.state == "ready":
        return f"ready in {part.seconds:.1f} s" + (f", {part.address}" if part.address else "")
    return _EXPLAINED.get(part.state, part.state)

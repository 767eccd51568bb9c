"""What the supervisor shows: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.table import Table

from local.component import Component

_STYLES = {"ready": "green", "starting": "yellow", "restarting": "red", "stopping": "yellow"}


class Screen(Protocol):
    """Shows the components, again after each change, and lines of text."""

    def __enter__(self) -> Screen: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def show(self, components: Mapping[str, Component]) -> None: ...
    def say(self, text: str) -> None: ...


def make_screen() -> Screen:
    console = Console()
    return TableScreen(console) if console.is_terminal else PlainScreen()


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

    def show(self, components: Mapping[str, Component]) -> None:
        for name, component in components.items():
            if self._shown.get(name) != component.state:
                self._shown[name] = component.state
                took = f" in {component.seconds:.1f} s, {component.blueprint.url}" if component.state == "ready" else ""
                print(f"{name} {component.state}{took}", flush=True)

    def say(self, text: str) -> None:
        print(text, flush=True)


class TableScreen:
    """A table that is drawn anew in place."""

    def __init__(self, console: Console) -> None:
        self._live = Live(Table(), console=console, auto_refresh=False)

    def __enter__(self) -> Screen:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def show(self, components: Mapping[str, Component]) -> None:
        table = Table("component", "state", "address", "seconds", "restarts", title="Local Azure")
        for name, component in components.items():
            state, style = component.state, _STYLES.get(component.state, "")
            seconds = f"{component.seconds:.1f}" if component.seconds else ""
            table.add_row(
                name,
                f"[{style}]{state}[/]" if style else state,
                component.blueprint.url,
                seconds,
                str(component.restarts),
            )
        self._live.update(table, refresh=True)

    def say(self, text: str) -> None:
        self._live.console.print(text, highlight=False)

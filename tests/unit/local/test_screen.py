"""What the supervisor shows while the parts of a stack come up."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from local.component import Blueprint, Component
from local.parts import Part
from local.screen import ListScreen, PlainScreen


async def never() -> bool:
    return False


def part(name: str) -> Part:
    blueprint = Blueprint(name, (), never, f"http://{name}", {})
    return Part(name, Component(blueprint, Path(), lambda: None))


@pytest.fixture
def terminal() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, color_system=None, width=100)


def drawn(terminal: Console) -> str:
    output = terminal.file
    assert isinstance(output, io.StringIO)
    return output.getvalue()


def test_a_terminal_shows_every_part_and_what_is_done_for_it(terminal: Console) -> None:
    storage, functions = part("storage"), part("functions")
    with ListScreen(terminal) as screen:
        storage.begin("installing")
        screen.show([storage, functions])
    lines = [" ".join(line.split()) for line in drawn(terminal).splitlines()]
    assert any("… storage installing (only once, a minute or two) 0 s http://storage" in line for line in lines)
    assert any("· functions waiting http://functions" in line for line in lines)


def test_a_component_that_was_started_says_itself_how_it_is() -> None:
    cosmos = part("cosmos")
    cosmos.begin("starting")
    assert cosmos.component is not None
    for state in ("preparing", "ready", "restarting"):
        cosmos.component.state = state
        assert cosmos.state == state


def test_what_was_said_stays_below_the_parts(terminal: Console) -> None:
    web = part("web")
    with ListScreen(terminal) as screen:
        screen.say("Site http://web")
        screen.show([web])
    assert drawn(terminal).rindex("· web") < drawn(terminal).rindex("Site http://web")


def test_without_a_terminal_each_change_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    sql, web = Part("sql"), part("web")
    with PlainScreen() as screen:
        screen.show([sql, web])
        sql.begin("preparing")
        screen.show([sql, web])
        screen.show([sql, web])
        sql.end()
        screen.show([sql, web])
    assert capsys.readouterr().out == "sql preparing\nsql ready in 0.0 s\n"


@pytest.mark.parametrize("kind", ["PlainScreen()", "ListScreen(Console(force_terminal=True))"])
def test_what_nobody_looks_at_any_more_stops_nothing(kind: str) -> None:
    source = f"""
import sys
from rich.console import Console
from local.screen import ListScreen, PlainScreen

with {kind} as screen:
    screen.say("ready")
    sys.stdin.read()
    screen.say("stopping")
    screen.say("stopped")
print("the end", file=sys.stderr)
"""
    reader, writer = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", source], stdin=subprocess.PIPE, stdout=writer, stderr=subprocess.PIPE, text=True
    ) as process:
        os.close(writer)
        while b"ready" not in os.read(reader, 1000):
            pass
        os.close(reader)
        _, complaint = process.communicate(timeout=20)
    assert (process.returncode, complaint) == (0, "the end\n")

"""`python -m local [run | status | logs [component] | reset]`: a local Azure without a subscription."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from local import commands
from local.demo import DemoError
from local.screen import Screen, make_screen
from local.stack import Stack
from local.stack_settings import PROJECT_ROOT, StackError, StackSettings, read_settings

_TICK_SECONDS = 0.5


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--app-root", type=Path, default=PROJECT_ROOT, help="the directory of function_app.py")
    parsers = parser.add_subparsers(dest="command")
    parsers.add_parser("run", help="start everything and keep it running (the default)")
    parsers.add_parser("status", help="what runs, where, and how much memory it takes")
    logs = parsers.add_parser("logs", help="the end of all logs, or the whole log of one component")
    logs.add_argument("component", nargs="?")
    parsers.add_parser("reset", help="forget all data of this STATE_DIR")
    return parser.parse_args()


async def _run(settings: StackSettings) -> None:
    stop = asyncio.Event()
    signs = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as nohup leaves it
        signs.append(signal.SIGHUP)
    for sign in signs:
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    with make_screen() as screen:
        stack = Stack(settings, lambda: screen.show(list(stack.parts.values())), screen.say)
        starting = asyncio.create_task(_start(stack, screen))
        stopping = asyncio.create_task(stop.wait())
        ticking = asyncio.create_task(_tick(stack, screen))
        try:
            await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await stopping
        finally:
            starting.cancel()
            ticking.cancel()
            await asyncio.gather(starting, ticking, return_exceptions=True)
            await stack.stop()
            screen.say("stopped")


async def _start(stack: Stack, screen: Screen) -> None:
    await stack.start()
    if stack.settings.demo_data:
        try:
            demo = await stack.seed_demo()
            screen.say(f"Demo   organizer {demo.email}, access code {demo.access_code or 'unknown to this STATE_DIR'}")
        except DemoError as error:
            screen.say(f"The demo conference could not be made: {error}")
    stack.announce()
    screen.say(f"Site   {stack.plan.web_url}\nAPI    {stack.plan.api_url}/api\nLogs   {stack.settings.logs}")
    screen.say(f"ready in {stack.seconds:.1f} s; stop with Ctrl+C")


async def _tick(stack: Stack, screen: Screen) -> None:
    """Let the seconds run until everything is ready."""
    while not stack.is_ready:
        screen.show(list(stack.parts.values()))
        await asyncio.sleep(_TICK_SECONDS)


def main() -> int:
    arguments = _arguments()
    if arguments.command in ("status", "logs"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `logs | head` is no fault
    logging.basicConfig(level="WARNING", format="%(levelname)s %(name)s: %(message)s")
    try:
        settings = read_settings(os.environ, arguments.app_root)
        match arguments.command:
            case "status":
                return commands.status(settings)
            case "logs":
                return commands.logs(settings, arguments.component)
            case "reset":
                return commands.reset(settings)
        asyncio.run(_run(settings))
    except StackError as error:
        for line in str(error).splitlines():
            print(line if line.startswith(" ") else f"error: {line}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

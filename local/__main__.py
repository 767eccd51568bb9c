"""`python -m local [run | status | logs [component] | reset]`: a local Azure without a subscription."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import shutil
import signal
import sys
from pathlib import Path

from local import stack_file
from local.demo import DemoError
from local.screen import Screen, make_screen
from local.stack import Stack
from local.stack_settings import PROJECT_ROOT, StackError, StackSettings, read_settings

log = logging.getLogger("local")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--app-root", type=Path, default=PROJECT_ROOT, help="the directory of function_app.py")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("run", help="start everything and keep it running (the default)")
    commands.add_parser("status", help="what runs, from STATE_DIR/stack.json")
    logs = commands.add_parser("logs", help="the end of the logs, or of one component's")
    logs.add_argument("component", nargs="?")
    commands.add_parser("reset", help="forget all data of this STATE_DIR")
    return parser.parse_args()


async def _run(settings: StackSettings) -> None:
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    with make_screen() as screen:
        stack = Stack(settings, lambda: screen.show(stack.components))
        starting = asyncio.create_task(_start(stack, screen))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await stopping
        finally:
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            await stack.stop()
            screen.say("stopped")


async def _start(stack: Stack, screen: Screen) -> None:
    await stack.start()
    if stack.settings.demo_data:
        try:
            demo = await stack.seed_demo()
            screen.say(f"Demo organizer: {demo.email}, access code {demo.access_code or 'unknown to this STATE_DIR'}")
        except DemoError as error:
            screen.say(f"The demo conference could not be made: {error}")
    screen.say(f"Web site {stack.plan.web_url}\nAPI      {stack.plan.api_url}/api\nLogs     {stack.settings.logs}")
    screen.say(f"ready in {stack.seconds:.1f} s; stop with Ctrl+C")


def _status(settings: StackSettings) -> int:
    content = stack_file.read(settings.state_directory / "stack.json")
    if content is None or not stack_file.is_alive(content["supervisor"]):
        print(f"nothing runs in {settings.state_directory}")
        return 1
    for name, component in content["components"].items():
        pids = " ".join(map(str, component["pids"]))
        print(f"{name:11} {component['state']:10} {component['url']}  restarts {component['restarts']}  pids {pids}")
    return 0


def _logs(settings: StackSettings, component: str | None) -> int:
    files = sorted(settings.logs.glob(f"{component or '*'}.log"))
    if not files:
        print(f"there is no log of {component or 'any component'} in {settings.logs}", file=sys.stderr)
        return 1
    for file in files:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        for line in lines if component else lines[-20:]:
            print(line if component else f"{file.stem:11} {line}")
    return 0


def _reset(settings: StackSettings) -> int:
    content = stack_file.read(settings.state_directory / "stack.json")
    if content is not None and stack_file.is_alive(content["supervisor"]):
        raise StackError(f"the stack runs (pid {content['supervisor']}); stop it first")
    shutil.rmtree(settings.state_directory, ignore_errors=True)
    print(f"{settings.state_directory} is gone; the next run begins anew")
    return 0


def main() -> int:
    arguments = _arguments()
    logging.basicConfig(level="WARNING", format="%(levelname)s %(name)s: %(message)s")
    try:
        settings = read_settings(os.environ, arguments.app_root)
        match arguments.command:
            case "status":
                return _status(settings)
            case "logs":
                return _logs(settings, arguments.component)
            case "reset":
                return _reset(settings)
        asyncio.run(_run(settings))
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m local.functions_host --app-root DIR --port N [--worker-index I]`"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

import uvloop

from local.functions_host.host import Host, HostOptions
from local.functions_host.indexing import IndexingError
from local.functions_host.invocation import InvocationLogFilter
from local.functions_host.keys import read_host_keys
from local.functions_host.ncrontab import ScheduleError
from local.functions_host.routes import RouteError
from local.functions_host.settings import SettingsError

log = logging.getLogger("local.functions_host")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.functions_host", description=__doc__)
    parser.add_argument("--app-root", type=Path, required=True, help="the directory of function_app.py and host.json")
    parser.add_argument("--port", type=int, required=True, help="shared by all workers of one app")
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--worker-index", type=int, default=0, help="only worker 0 runs timers")
    parser.add_argument(
        "--keys", type=Path, help="the host's secrets, a file or a directory; without them every auth level is open"
    )
    return parser.parse_args()


def _start_logging() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(InvocationLogFilter())
    pattern = "%(asctime)s %(levelname)-7s %(name)s: %(invocation)s%(message)s"
    handler.setFormatter(logging.Formatter(pattern))
    level = os.environ.get("FUNCTIONS_HOST_LOG_LEVEL", "INFO").upper()
    logging.basicConfig(level=level, handlers=[handler])


async def _serve(options: HostOptions) -> None:
    host = Host(options, os.environ)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    await host.start()
    for function in host.functions:
        log.info("%s: %s%s", function.name, function.trigger, " (disabled)" if function.name in host.disabled else "")
    log.info("%d functions, listening on http://%s:%d", len(host.functions), options.address, options.port)
    await stop.wait()
    log.info("Stopping")
    await host.stop()
    loop.set_exception_handler(lambda _loop, _context: None)  # what the app leaves open ends with the process


def main() -> int:
    arguments = _arguments()
    _start_logging()
    state = os.environ.get("STATE_DIR")
    try:
        options = HostOptions(
            app_root=arguments.app_root.resolve(),
            port=arguments.port,
            address=arguments.address,
            worker_index=arguments.worker_index,
            keys=read_host_keys(arguments.keys) if arguments.keys else None,
            state_directory=Path(state).resolve() if state else None,
        )
        uvloop.run(_serve(options))
    except (IndexingError, SettingsError, RouteError, ScheduleError) as error:
        return _refuse(f"The app cannot be started: {error}")
    except OSError as error:
        return _refuse(f"The host cannot listen on port {arguments.port}: {error}")
    return 0


def _refuse(reason: str) -> int:
    log.error(reason)
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""Timers: what finishes the work that a crash or an outage left undone."""

import asyncio
import logging
from collections.abc import Awaitable
from datetime import timedelta

import azure.functions as func

from domain.kernel.errors import Unavailable
from functions.callers import now
from infra.bootstrap import app

logger = logging.getLogger(__name__)
blueprint = func.Blueprint()

LEFT_BEHIND_AFTER = timedelta(seconds=30)
RUNNING_TIME = timedelta(seconds=60)
"""Then the next run goes on. After an outage there may be more to publish than the host gives one run time for."""


@blueprint.function_name("SendWhatWasLeftBehind")
@blueprint.timer_trigger("timer", "*/15 * * * * *", use_monitor=False)
async def send_what_was_left_behind(timer: func.TimerRequest) -> None:
    """Publish events that stayed pending, and send commands that stayed in the outbox, for over 30 seconds.

    All of it side by side, so that nothing waits for anything else. Raises Unavailable at the end, naming all that
    failed.
    """
    system, since, end = await app(), now() - LEFT_BEHIND_AFTER, now() + RUNNING_TIME
    faults = await asyncio.gather(
        _send("events of conferences", system.conferences.publish_unpublished(since)),
        _send("commits", system.aggregates.publish_left_behind(since, is_over=lambda: now() >= end)),
        _send("commands", system.processes.send_unsent(since)),
    )
    if failed := [fault for fault in faults if fault]:
        raise Unavailable("; ".join(failed))


async def _send(what: str, sending: Awaitable[int]) -> str | None:
    """What went wrong."""
    try:
        if count := await sending:
            logger.warning("left behind, and sent now: %d %s", count, what)
    except Exception as error:
        logger.exception("%s are left behind", what)
        return f"{what} are left behind: {error}"
    return None


@blueprint.function_name("ForgetOldMessages")
@blueprint.timer_trigger("timer", "0 30 3 * * *")
async def forget_old_messages(timer: func.TimerRequest) -> None:
    """Clear the inbox of what can no longer come twice."""
    await (await app()).housekeeping.run(now())

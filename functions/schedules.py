"""Timers: what finishes the work that a crash or an outage left undone."""

import logging
from datetime import timedelta

import azure.functions as func

from domain.kernel.errors import Unavailable
from functions.callers import now
from infra.bootstrap import app

logger = logging.getLogger(__name__)
blueprint = func.Blueprint()

LEFT_BEHIND_AFTER = timedelta(seconds=30)


@blueprint.function_name("SendWhatWasLeftBehind")
@blueprint.timer_trigger("timer", "*/15 * * * * *", use_monitor=False)
async def send_what_was_left_behind(timer: func.TimerRequest) -> None:
    """Publish events that stayed pending, and send commands that stayed in the outbox, for over 30 seconds.

    Each of these whatever becomes of the others. Raises Unavailable at the end, naming all that failed.
    """
    system, since = await app(), now() - LEFT_BEHIND_AFTER
    failed = []
    for what, send in {
        "events of conferences": system.conferences.publish_unpublished,
        "commits": system.aggregates.publish_left_behind,
        "commands": system.processes.send_unsent,
    }.items():
        try:
            if count := await send(since):
                logger.warning("left behind, and sent now: %d %s", count, what)
        except Exception as error:
            logger.exception("%s are left behind", what)
            failed.append(f"{what} are left behind: {error}")
    if failed:
        raise Unavailable("; ".join(failed))


@blueprint.function_name("ForgetOldMessages")
@blueprint.timer_trigger("timer", "0 30 3 * * *")
async def forget_old_messages(timer: func.TimerRequest) -> None:
    """Clear the inbox of what can no longer come twice."""
    await (await app()).housekeeping.run(now())

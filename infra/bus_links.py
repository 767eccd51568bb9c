"""Letting go of AMQP links."""

import asyncio
import logging

from azure.servicebus.aio import ServiceBusReceiver, ServiceBusSender

logger = logging.getLogger(__name__)

CLOSE_SECONDS = 2.0


class LinkCloser:
    """Closes links without anybody waiting: closing takes up to a second, and on a broken connection for ever."""

    def __init__(self) -> None:
        self._closing: set[asyncio.Task[None]] = set()

    def close(self, link: ServiceBusSender | ServiceBusReceiver) -> None:
        """Begin to close `link`."""
        closing = asyncio.create_task(_close(link))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def finish(self) -> None:
        """Wait for what is still closing."""
        while self._closing:
            await asyncio.wait(self._closing)  # gather would not let those that are done be discarded


async def _close(link: ServiceBusSender | ServiceBusReceiver) -> None:
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await link.close()
    except Exception as error:  # there is nothing left to save of it
        logger.debug("closing %r: %r", link, error)

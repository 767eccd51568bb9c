"""AMQP 1.0 over asyncio: a qpid-proton engine joined to a transport, for either side of the wire.

`AmqpConnection` is an `asyncio.Protocol`. It feeds received bytes to the engine, turns the engine's events
into calls on itself and on the `Link` objects behind its links, and writes what the engine has to say. A
server overrides `link_requested`; a client calls `connect`, then opens links on a `session()`.

Nothing is written at once. Whoever makes the engine speak calls `wake` (the methods here do), and a
`FlushQueue` writes for all connections once per turn of the event loop, after its `before_flush` hook: a
broker commits its database there, so that nothing leaves the process before what it promises is stored.

The hot path (events, transfers, dispositions) uses proton's C functions: its Python `Event` wraps five
objects for every event. Links open and close rarely, so there the readable `proton.Link` is used.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, cast

import cproton
import proton
from cproton import ffi, lib

from local.amqp_flush import FlushQueue
from local.amqp_links import ACCEPTED, MODIFIED, REJECTED, RELEASED, Delivery, Link

__all__ = [
    "AmqpConnection",
    "FlushQueue",
    "connect",
    "Link",
    "Delivery",
    "ACCEPTED",
    "REJECTED",
    "RELEASED",
    "MODIFIED",
]

LARGEST_FRAME = 1 << 20

log = logging.getLogger(__name__)


class AmqpConnection(asyncio.Protocol):
    """One AMQP connection. `is_server` says who offers SASL (ANONYMOUS only) and who opens first."""

    def __init__(
        self,
        flush_queue: FlushQueue,
        *,
        is_server: bool,
        container: str,
        hostname: str | None = None,
        largest_frame: int = LARGEST_FRAME,
    ) -> None:
        self.flush_queue = flush_queue
        self.links: dict[int, Link] = {}
        self.is_server = is_server
        self.is_open = False
        self.error: proton.Condition | None = None
        self._ended: asyncio.Future[None] | None = None
        self._ready: asyncio.Future[None] | None = None
        self._socket: asyncio.Transport | None = None
        self._is_paused = False
        self._tick_timer: asyncio.TimerHandle | None = None
        self.engine = proton.Connection()
        self.engine.container = container
        if hostname is not None:
            self.engine.hostname = hostname
        self._collector = proton.Collector()
        self.engine.collect(self._collector)
        self._transport = proton.Transport(proton.Transport.SERVER if is_server else proton.Transport.CLIENT)
        self._transport.max_frame_size = largest_frame
        self._transport.sasl().allowed_mechs("ANONYMOUS")
        if is_server:
            self._transport.require_auth(False)
        self._transport.bind(self.engine)

    # What subclasses override

    def link_requested(self, engine: proton.Link) -> None:
        """The peer attached a link we did not open. Make a `Link` of it and open it, or refuse it."""
        engine.open()
        engine.condition = proton.Condition("amqp:not-allowed", "This side takes no links.")
        engine.close()

    def disconnected(self, reason: Exception | None) -> None:
        """The connection is over; every link has been told (`detached`)."""

    # What owners call

    @property
    def lost(self) -> asyncio.Future[None]:
        """Done when the connection is over; `error` then says what the peer or the engine complained of."""
        assert self._ended is not None, "the connection was never made"
        return self._ended

    @property
    def is_connected(self) -> bool:
        """Whether there is a socket; already false when the links hear of a lost connection."""
        return self._socket is not None

    def session(self) -> proton.Session:
        """Open a new session on the connection."""
        session = self.engine.session()
        session.open()
        self.wake()
        return session

    def close(self, error: proton.Condition | None = None) -> None:
        """Begin to close in order: the peer is told, answers, and the socket closes after that."""
        if self._socket is not None:
            self.engine.condition = error
            self.engine.close()
            self.wake()

    def abort(self) -> None:
        """Drop the socket at once; nothing more is written."""
        if self._socket is not None:
            self._socket.abort()

    def wake(self) -> None:
        """Have the engine's output written at the end of this turn of the event loop."""
        if self._socket is not None:
            self.flush_queue.add(self)

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._socket = cast(asyncio.Transport, transport)  # uvloop's transports derive from none of asyncio's
        loop = asyncio.get_running_loop()
        self._ended, self._ready = loop.create_future(), loop.create_future()
        if not self.is_server:
            self.engine.open()
            self.wake()

    def data_received(self, data: bytes) -> None:
        self.push(data)
        self.wake()

    def eof_received(self) -> None:
        return None

    def pause_writing(self) -> None:
        self._is_paused = True

    def resume_writing(self) -> None:
        self._is_paused = False
        self.wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._socket = None
        self.flush_queue.discard(self)
        if self._tick_timer is not None:
            self._tick_timer.cancel()
        links = list(self.links.values())
        self.links.clear()
        for link in links:
            link.is_closing = True
            link.detached(None)
            link.deliveries.clear()
        self.disconnected(exc)
        for future in (self._ready, self._ended):
            if future is not None and not future.done():
                future.set_result(None)
        self._transport.unbind()
        self.engine.free()
        self._collector.release()

    # The engine

    def push(self, data: bytes | memoryview) -> None:
        """Feed received bytes to the engine and handle what they mean. Frames may come in pieces."""
        transport, position = self._transport._impl, 0
        while position < len(data):
            capacity = lib.pn_transport_capacity(transport)
            if capacity <= 0:
                break  # the engine closed its input; what is left to say goes out with the next flush
            piece = data[position : position + capacity]
            if lib.pn_transport_push(transport, ffi.from_buffer(piece), len(piece)) < 0:
                break
            position += len(piece)
        self._process()

    def flush(self) -> None:
        """Write the engine's output. Called by the flush queue."""
        transport = self._transport._impl
        while self._socket is not None and not self._is_paused:
            size = lib.pn_transport_pending(transport)
            if size <= 0:
                if size < 0:
                    self._socket.close()
                break
            output = bytearray(size)
            lib.pn_transport_peek(transport, ffi.from_buffer(output), size)
            lib.pn_transport_pop(transport, size)
            self._socket.write(output)
        self._process()  # only now: what handlers do here waits for the next `before_flush`

    def _process(self) -> None:
        collector = self._collector._impl
        while True:
            event = lib.pn_collector_peek(collector)
            if event == ffi.NULL:
                return
            kind = lib.pn_event_type(event)
            if kind == lib.PN_DELIVERY:
                link = self.links.get(cproton.addressof(lib.pn_event_link(event)))
                if link is not None:
                    link.on_delivery(lib.pn_event_delivery(event))
            elif kind == lib.PN_LINK_FLOW:
                link = self.links.get(cproton.addressof(lib.pn_event_link(event)))
                if link is not None and not link.is_closing:
                    link.credit_changed()
            else:
                self._process_rare(kind, event)
            lib.pn_collector_pop(collector)

    def _process_rare(self, kind: int, event: Any) -> None:
        if kind == lib.PN_LINK_REMOTE_OPEN:
            self._link_opened(lib.pn_event_link(event))
        elif kind in (lib.PN_LINK_REMOTE_CLOSE, lib.PN_LINK_REMOTE_DETACH):
            self._link_closed(lib.pn_event_link(event))
        elif kind == lib.PN_SESSION_REMOTE_OPEN:
            _session(lib.pn_event_session(event)).open()
        elif kind == lib.PN_SESSION_REMOTE_CLOSE:
            self._session_closed(_session(lib.pn_event_session(event)))
        elif kind == lib.PN_CONNECTION_REMOTE_OPEN:
            self._connection_opened()
        elif kind == lib.PN_CONNECTION_REMOTE_CLOSE:
            self.error = self.error or self.engine.remote_condition
            self.engine.close()
        elif kind == lib.PN_TRANSPORT_ERROR:
            self.error = self.error or self._transport.condition
            log.info("AMQP connection ended by %s", self.error)

    def _connection_opened(self) -> None:
        if self.is_server:
            self.engine.open()
        self.is_open = True
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(None)
        self._tick()

    def _tick(self) -> None:
        """Send the heartbeats the peer asked for; proton says when the next one falls due."""
        loop = asyncio.get_running_loop()
        deadline = self._transport.tick(loop.time())
        if deadline and self._socket is not None:
            self._tick_timer = loop.call_at(deadline, self._tick)
        self.wake()

    def _link_opened(self, impl: Any) -> None:
        link = self.links.get(cproton.addressof(impl))
        if link is not None:
            link.opened()
        else:
            self.link_requested(_link(impl))
        self.wake()

    def _link_closed(self, impl: Any) -> None:
        link = self.links.pop(cproton.addressof(impl), None)
        if link is not None:
            link.is_closing = True
            link.detached(link.engine.remote_condition)
            link.deliveries.clear()
        engine = _link(impl)
        engine.close()
        engine.free()  # a connection may open and close any number of links
        self.wake()

    def _session_closed(self, session: proton.Session) -> None:
        for link in [link for link in self.links.values() if link.engine.session == session]:
            self._link_closed(link.engine._impl)
        session.close()
        session.free()
        self.wake()


def _link(impl: Any) -> proton.Link:
    link: proton.Link = proton.Link.wrap(impl)  # type: ignore[no-untyped-call]
    return link


def _session(impl: Any) -> proton.Session:
    session: proton.Session = proton.Session.wrap(impl)  # type: ignore[no-untyped-call]
    return session


async def connect(connection: AmqpConnection, host: str, port: int) -> None:
    """Connect a client's `connection` and wait until the peer opened it.

    Raises ConnectionError if the socket cannot be had, or is lost before the peer opens the connection.
    """
    await asyncio.get_running_loop().create_connection(lambda: connection, host, port)
    assert connection._ready is not None
    await connection._ready
    if not connection.is_open:
        raise ConnectionError(f"{host}:{port} closed the connection: {connection.error or 'no reason given'}")

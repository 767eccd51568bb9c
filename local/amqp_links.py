"""The links of an AMQP connection and the deliveries on them: what users of `local.amqp` subclass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cproton
import proton
from cproton import ffi, lib
from proton._condition import cond2obj, obj2cond
from proton._data import dat2obj

if TYPE_CHECKING:
    from local.amqp import AmqpConnection

ACCEPTED, REJECTED, RELEASED, MODIFIED = (
    int(lib.PN_ACCEPTED),
    int(lib.PN_REJECTED),
    int(lib.PN_RELEASED),
    int(lib.PN_MODIFIED),
)


class Delivery:
    """One message in flight on a link, unsettled on this side. `context` belongs to the link's owner."""

    __slots__ = ("_impl", "_key", "context", "link")

    def __init__(self, impl: Any, link: Link, context: Any = None) -> None:
        self._impl = impl
        self._key = cproton.addressof(impl)
        self.link = link
        self.context = context
        link.deliveries[self._key] = self

    @property
    def is_live(self) -> bool:
        """False once it was settled here or its link is gone: the engine may then have reused its memory."""
        return self.link.deliveries.get(self._key) is self

    @property
    def tag(self) -> bytes:
        raw = lib.pn_delivery_tag(self._impl)
        return bytes(ffi.buffer(raw.start, raw.size))

    @property
    def outcome(self) -> int:
        """What the peer says became of it: 0 (nothing yet), ACCEPTED, REJECTED, RELEASED or MODIFIED."""
        return int(lib.pn_delivery_remote_state(self._impl))

    @property
    def is_settled_by_peer(self) -> bool:
        return bool(lib.pn_delivery_settled(self._impl))

    @property
    def is_undeliverable_here(self) -> bool:
        """Of a MODIFIED outcome: the peer does not want to see the message again (Service Bus: defer)."""
        return bool(lib.pn_disposition_is_undeliverable(lib.pn_delivery_remote(self._impl)))

    @property
    def annotations(self) -> Any:
        """Of a MODIFIED outcome: what the peer wants changed in the message, a mapping or None."""
        return dat2obj(lib.pn_disposition_annotations(lib.pn_delivery_remote(self._impl)))  # type: ignore[no-untyped-call]

    @property
    def error(self) -> proton.Condition | None:
        """Of a REJECTED outcome: why. Its `info` is a mapping or None."""
        return cond2obj(lib.pn_disposition_condition(lib.pn_delivery_remote(self._impl)))

    def update(self, outcome: int, *, undeliverable_here: bool = False, error: proton.Condition | None = None) -> None:
        """Tell the peer the outcome. The delivery stays unsettled; the peer answers (`delivery_updated`).

        Raises ConnectionError if the delivery is no longer live.
        """
        if not self.is_live:
            raise ConnectionError("The delivery was settled before, or its link is gone.")
        local = lib.pn_delivery_local(self._impl)
        if outcome == MODIFIED:
            lib.pn_disposition_set_failed(local, True)
            lib.pn_disposition_set_undeliverable(local, undeliverable_here)
        if error is not None:
            obj2cond(error, lib.pn_disposition_condition(local))
        lib.pn_delivery_update(self._impl, outcome)
        self.link.connection.wake()

    def settle(self) -> None:
        """Forget the delivery on this side. It must not be used afterwards."""
        if self.is_live:
            del self.link.deliveries[self._key]
            lib.pn_delivery_settle(self._impl)
            self.link.connection.wake()


class Link:
    """What stands behind one link of a connection. Subclasses override its callbacks."""

    def __init__(self, connection: AmqpConnection, engine: proton.Link) -> None:
        self.connection = connection
        self.engine = engine
        self.deliveries: dict[int, Delivery] = {}
        self.is_sender = bool(engine.is_sender)
        self.is_closing = False
        self._impl = engine._impl
        connection.links[cproton.addressof(self._impl)] = self

    def opened(self) -> None:
        """The peer answered our attach. A refusal is an attach without source or target, then `detached`."""

    def credit_changed(self) -> None:
        """Sender: the peer gave credit or asks to drain; call `drained` once nothing more can be sent.

        Receiver: the peer told where it stands; after `drain` the answer is whole when `credit` is 0.
        """

    def message_received(self, delivery: Delivery, body: bytes) -> None:
        """Receiver: a whole message came. Settle `delivery` now or later (a pre-settled one is)."""

    def delivery_updated(self, delivery: Delivery) -> None:
        """The peer gave an outcome to `delivery`, or settled it. Settle it when nothing more is expected."""

    def detached(self, error: proton.Condition | None) -> None:
        """The link is over: the peer detached (also in answer to `close`), or the connection was lost."""

    @property
    def credit(self) -> int:
        return int(lib.pn_link_credit(self._impl))

    @property
    def is_drain_requested(self) -> bool:
        return bool(lib.pn_link_get_drain(self._impl))

    def drained(self) -> None:
        lib.pn_link_drained(self._impl)
        self.connection.wake()

    def give_credit(self, count: int) -> None:
        """Receiver: let the peer send `count` more messages, as they come."""
        lib.pn_link_set_drain(self._impl, False)
        lib.pn_link_flow(self._impl, count)
        self.connection.wake()

    def drain(self, count: int) -> None:
        """Receiver: let the peer send at most `count` more messages, and give back at once what it cannot use.

        The answer is whole when `credit` is 0. A later `give_credit` waits for messages again.
        """
        lib.pn_link_drain(self._impl, count)
        self.connection.wake()

    def send(self, tag: bytes, body: bytes, context: Any = None, *, settled: bool = False) -> Delivery | None:
        """Send an encoded message under `tag` (unique among the unsettled ones); None if sent settled.

        Raises ConnectionError if the link is closing or gone.
        """
        if self.is_closing:
            raise ConnectionError(f"The link {self.engine.name} is closed.")
        impl = lib.pn_delivery(self._impl, (len(tag), ffi.from_buffer(tag)))
        lib.pn_link_send(self._impl, ffi.from_buffer(body), len(body))
        lib.pn_link_advance(self._impl)
        self.connection.wake()
        if settled:
            lib.pn_delivery_settle(impl)
            return None
        return Delivery(impl, self, context)

    def open(self) -> None:
        """Attach the link, with what was set on `engine` (source, target, properties, settle modes)."""
        self.engine.open()
        self.connection.wake()

    def close(self, error: proton.Condition | None = None) -> None:
        """Detach the link, saying why if it is a fault. Closing twice is harmless."""
        if self.is_closing:
            return
        self.is_closing = True
        self.engine.condition = error
        self.engine.close()
        self.connection.wake()

    def on_delivery(self, impl: Any) -> None:
        """Take proton's delivery event: a new message, a part of one, or news of a known delivery."""
        known = self.deliveries.get(cproton.addressof(impl))
        if known is not None:
            if lib.pn_delivery_updated(impl):
                self.delivery_updated(known)
        elif not self.is_sender and not lib.pn_delivery_partial(impl):
            self._receive(impl)

    def _receive(self, impl: Any) -> None:
        size = lib.pn_delivery_pending(impl)
        is_aborted = lib.pn_delivery_aborted(impl)
        body = bytearray(size)
        if size:
            lib.pn_link_recv(self._impl, ffi.from_buffer(body), size)
        lib.pn_link_advance(self._impl)
        if is_aborted or self.is_closing:
            lib.pn_delivery_settle(impl)
            return
        delivery = Delivery(impl, self)
        self.message_received(delivery, bytes(body))
        if delivery.is_live and lib.pn_delivery_settled(impl):
            delivery.settle()

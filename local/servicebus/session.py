"""Sessions of a queue: messages with one session id, handed to one receiver at a time, in order."""

from __future__ import annotations

from collections import OrderedDict
from typing import Protocol

from local.servicebus.message import Message
from local.servicebus.sequences import SequenceIndex


class Consumer(Protocol):
    """Who takes messages off a queue: a link with credit."""

    @property
    def credit(self) -> int: ...

    @property
    def deletes_on_receive(self) -> bool:
        """A message is gone as soon as it was sent (receive-and-delete), rather than locked until it is settled."""

    def deliver(self, message: Message) -> None:
        """Send `message`. Uses up one credit."""


class SessionConsumer(Consumer, Protocol):
    """Who takes the messages of one session at a time."""

    def session_granted(self, session: Session) -> None:
        """The session that was asked for is its own now, locked until `session.locked_until`."""

    def session_lost(self) -> None:
        """The lock ran out; another may have the session."""


class Session:
    """One session of a queue. It exists while it has messages, a state or a holder."""

    __slots__ = ("holder", "id", "index", "locked_until", "locks", "ready", "state", "updated_at")

    def __init__(self, session_id: str) -> None:
        self.id = session_id
        self.index = SequenceIndex()
        self.ready: list[int] = []  # a heap of sequence numbers; those no longer ready are skipped when met
        self.locks: dict[bytes, Message] = {}
        self.state: bytes | None = None
        self.updated_at = 0  # when its state was set last
        self.holder: SessionConsumer | None = None
        self.locked_until = 0

    @property
    def is_needless(self) -> bool:
        return self.holder is None and self.state is None and not self.index


class SessionBook:
    """The sessions of a queue: which are held, which are free and have messages, who waits for one."""

    def __init__(self) -> None:
        self.by_id: dict[str, Session] = {}
        self.held: OrderedDict[str, Session] = OrderedDict()  # the lock that ends first comes first
        self.waiting: OrderedDict[SessionConsumer, None] = OrderedDict()
        self._available: OrderedDict[str, Session] = OrderedDict()  # an OrderedDict pops its first in constant time

    def get_or_add(self, session_id: str) -> Session:
        session = self.by_id.get(session_id)
        if session is None:
            session = self.by_id[session_id] = Session(session_id)
        return session

    def hold(self, session: Session, consumer: SessionConsumer, until: int) -> None:
        self._available.pop(session.id, None)
        session.holder = consumer
        self.extend(session, until)

    def extend(self, session: Session, until: int) -> None:
        session.locked_until = until
        self.held[session.id] = session
        self.held.move_to_end(session.id)

    def release(self, session: Session) -> None:
        session.holder = None
        self.held.pop(session.id, None)

    def offer(self, session: Session) -> None:
        """Let it be found by whoever asks for the next session."""
        self._available[session.id] = session

    def take_offered(self) -> Session | None:
        """The session that has waited longest. It may have no message left: check."""
        return self._available.popitem(last=False)[1] if self._available else None

    def drop_if_needless(self, session: Session) -> None:
        if session.is_needless and self.by_id.get(session.id) is session:
            del self.by_id[session.id]
            self._available.pop(session.id, None)

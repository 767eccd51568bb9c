"""The messages of a queue in order: filed, forgotten, counted, peeked at, and watched for their end."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

from local.servicebus.entity import Entity
from local.servicebus.message import Message, State, clock
from local.servicebus.sequences import Agenda, SequenceIndex
from local.servicebus.session import SessionBook
from local.servicebus.store import Store
from local.servicebus.topology import EntitySettings


class Backlog(Entity):
    """What a queue holds, whoever receives it."""

    def __init__(self, path: str, settings: EntitySettings, store: Store) -> None:
        super().__init__(path, settings, store)
        self.sessions = SessionBook()
        self._index = SequenceIndex()
        self._expiries = Agenda(self._expires_at)
        self._deferred_count = self._scheduled_count = 0

    @abstractmethod
    def _expire(self, message: Message, now: int) -> None:
        """The message has outlived its time to live, and nobody holds it."""

    def restore_session_state(self, session_id: str, state: bytes, updated_at: int) -> None:
        session = self.sessions.get_or_add(session_id)
        session.state, session.updated_at = state, updated_at

    def peek(self, first: int, session_id: str | None) -> Iterator[Message]:
        """The messages from sequence number `first` on, without locking them."""
        now, index = clock(), self._index
        if session_id is not None:
            session = self.sessions.by_id.get(session_id)
            index = session.index if session is not None else SequenceIndex()
        for sequence in index.starting_at(first):
            message = self.messages[sequence]
            if not message.expires_at or message.expires_at > now or message.state is not State.ACTIVE:
                yield message

    def _file(self, message: Message) -> None:
        super()._file(message)
        self._index.append(message.sequence)
        self._deferred_count += message.state is State.DEFERRED
        self._scheduled_count += message.state is State.SCHEDULED
        if self.settings.requires_session and message.payload.session_id is not None:
            message.session = self.sessions.get_or_add(message.payload.session_id)
            message.session.index.append(message.sequence)

    def _forget(self, message: Message) -> None:
        super()._forget(message)
        self._index.discard(message.sequence)
        self._deferred_count -= message.state is State.DEFERRED
        self._scheduled_count -= message.state is State.SCHEDULED
        if message.session is not None:
            message.session.index.discard(message.sequence)
            self.sessions.drop_if_needless(message.session)

    def _watch_expiry(self, message: Message) -> None:
        if message.expires_at:
            self._expiries.add(message.expires_at, message.sequence, len(self.messages))
            self.alarm.no_later_than(message.expires_at)

    def _expires_at(self, when: int, sequence: int) -> bool:
        message = self.messages.get(sequence)
        return message is not None and message.expires_at == when

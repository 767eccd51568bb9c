"""Service Bus as its receivers see it: peek-lock, sessions, schedules, times to live, redelivery, dead letters.

What is worse than in Azure: there is no duplicate detection. What is the same: a session is in order and has one
receiver, everything else comes in any order, a batch is settled whole, and whoever keeps a lock for too long loses it.
Sources: `infra/servicebus.json`; Microsoft, "Message transfers, locks, and settlement" and "Message sessions".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from azure.servicebus.amqp import AmqpAnnotatedMessage

from tests.simulation.deliveries import Copy, Lock, Message, Session, read_message
from tests.simulation.faults import LATE, LATE_SECONDS, TWICE
from tests.simulation.topology import Place, topology
from tests.simulation.triggers import handle_batch
from tests.simulation.workers import Worker

if TYPE_CHECKING:
    from tests.simulation.world import World

_SCHEDULED_ENQUEUE_TIME = "x-opt-scheduled-enqueue-time"
_TRANSIT_SECONDS = (0.001, 0.04)
_PAUSE_BEFORE_REPETITION = (0.0, 2.0)
_GATHERING_SECONDS = (0.0, 0.03)
_BATCH_SIZES = (1, 1, 2, 3, 5, 8, 100)
"""At most 100, as `host.json` has it; small ones by preference, which are the more dangerous."""


class SimulatedServiceBus:
    """The one namespace."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.topology = topology()
        self.on_the_way = 0
        """Messages that were sent and have not arrived: under way, or scheduled."""
        self.locks: list[Lock] = []
        self.dead: list[Copy] = []
        self.delivered = 0
        self.redelivered = 0
        self.waiting: dict[str, list[Copy]] = {path: [] for path in self.topology.places}
        """Messages without a session."""
        self.sessions: dict[tuple[str, str], Session] = {}
        self._gathering: set[str] = set()
        self._copies: Counter[str] = Counter()

    async def deliver(self, entity: str, messages: Sequence[AmqpAnnotatedMessage]) -> None:
        """Take `messages` in, all or none."""
        now = self._world.loop.time()
        for annotated in messages:
            scheduled = (annotated.annotations or {}).get(_SCHEDULED_ENQUEUE_TIME)
            appears = max(now, self._world.seconds(scheduled)) if scheduled else now
            message = read_message(annotated, appears)
            for place in self.topology.targets(entity, message.subject):
                self._send(place, message, appears - now)

    def is_empty(self) -> bool:
        """Nothing that anybody will receive is anywhere."""
        if self.on_the_way or self.locks or any(each.copies for each in self.sessions.values()):
            return False
        return not any(copies and self.topology.places[path].function for path, copies in self.waiting.items())

    def settle(self, lock: Lock, *, handled: bool) -> None:
        """The receiver settles its batch: completes it, or gives it back."""
        if not lock.held:
            return  # it took too long, and somebody else has the messages by now
        if handled:
            lock.held = False
            self.locks.remove(lock)
            self._unlock(lock)
        else:
            self._give_back(lock)

    def release_what_is_overdue(self) -> None:
        """Locks end."""
        for lock in [lock for lock in self.locks if lock.until <= self._world.loop.time()]:
            self._give_back(lock)

    def release_those_of(self, worker: Worker) -> None:
        """The links of a process that died are gone."""
        for lock in [lock for lock in self.locks if lock.worker is worker]:
            self._give_back(lock)

    def _send(self, place: Place, message: Message, delay: float) -> None:
        chance = self._world.chance
        sent = f"{place.path} {message.message_id}"
        self._copies[sent] += 1
        copy = Copy(message, place, f"{sent} ~{self._copies[sent]}" if self._copies[sent] > 1 else sent)
        incident = chance.which(copy.name, self._world.weather.on_the_way)
        if incident:
            self._world.note(f"bus: {message.subject} for {place.function_name} {incident}")
        transit = chance.between(f"transit of {copy.name}", *(LATE_SECONDS if incident == LATE else _TRANSIT_SECONDS))
        if incident == TWICE:
            pause = chance.between(f"pause after {copy.name}", *_PAUSE_BEFORE_REPETITION)
            self._later(delay + transit + pause, self._send, place, message, 0.0)
        if not place.requires_session:
            self._later(delay + transit, self._offer, copy)
        elif delay:
            self._later(delay, self._queue_up, copy, transit)
        else:
            self._queue_up(copy, transit)

    def _queue_up(self, copy: Copy, transit: float) -> None:
        """Where there are sessions, a message that is slow holds up those behind it."""
        session = self._session(copy)
        session.not_before = max(session.not_before, self._world.loop.time() + transit)
        self._offer(copy)

    def _session(self, copy: Copy) -> Session:
        return self.sessions.setdefault((copy.place.path, str(copy.message.session_id)), Session())

    def _later(self, seconds: float, do: Callable[..., None], *arguments: Any) -> None:
        def now() -> None:
            self.on_the_way -= 1
            do(*arguments)

        self.on_the_way += 1
        self._world.loop.call_later(seconds, now)

    def _offer(self, copy: Copy) -> None:
        place = copy.place
        if place.requires_session:
            session = self._session(copy)
            session.copies.append(copy)
            self._await(session)
        else:
            self.waiting[place.path].append(copy)
            self._gather(place)

    def _await(self, session: Session) -> None:
        if session.copies and not (session.locked or session.awaited):
            session.awaited = True
            pause = self._world.chance.between(f"gathering for {session.copies[0].attempt}", *_GATHERING_SECONDS)
            due = max(session.not_before, self._world.loop.time() + pause)
            self._world.loop.call_at(due, self._receive_session, session)

    def _gather(self, place: Place) -> None:
        copies = self.waiting[place.path]
        if copies and place.function and place.path not in self._gathering:
            self._gathering.add(place.path)
            pause = self._world.chance.between(f"gathering for {copies[0].attempt}", *_GATHERING_SECONDS)
            self._world.loop.call_later(pause, self._receive, place)

    def _receive(self, place: Place) -> None:
        self._gathering.discard(place.path)
        copies = self.waiting[place.path]
        size = self._size(copies[0])
        batch, self.waiting[place.path] = copies[:size], copies[size:]
        self._hand_over(self._alive(batch), None)
        self._gather(place)

    def _receive_session(self, session: Session) -> None:
        session.awaited = False
        size = self._size(session.copies[0])
        batch = [session.copies.popleft() for _ in range(min(size, len(session.copies)))]
        session.locked = True
        self._hand_over(self._alive(batch), session)

    def _size(self, first: Copy) -> int:
        """Of the batch that begins with it."""
        if not first.place.takes_batches:
            return 1
        return self._world.chance.one_of(f"batch of {first.attempt}", _BATCH_SIZES)

    def _alive(self, batch: Sequence[Copy]) -> list[Copy]:
        now = self._world.loop.time()
        for copy in batch:
            if copy.message.expires_at <= now:
                self._world.note(f"bus: {copy.message.subject} for {copy.place.function_name} expires")
                if copy.place.dead_letters_expired:
                    self.dead.append(copy)
        return [copy for copy in batch if copy.message.expires_at > now]

    def _hand_over(self, batch: list[Copy], session: Session | None) -> None:
        if not batch:
            if session is not None:
                session.locked = False
                self._await(session)
            return
        for copy in batch:
            copy.deliveries += 1
            self.redelivered += copy.deliveries > 1
        self.delivered += len(batch)
        name = batch[0].attempt
        worker = self._world.chance.one_of(f"who takes {name}", self._world.workers)
        until = self._world.loop.time() + batch[0].place.lock_seconds
        lock = Lock(batch, session, worker, until)
        self.locks.append(lock)
        self._world.loop.create_task(handle_batch(worker, name, lock))

    def _give_back(self, lock: Lock) -> None:
        lock.held = False
        self.locks.remove(lock)
        returning: list[Copy] = []
        for copy in lock.copies:
            exhausted = copy.deliveries >= copy.place.max_delivery_count
            (self.dead if exhausted else returning).append(copy)
        if lock.session is not None:
            lock.session.copies.extendleft(reversed(returning))
            self._unlock(lock)
        else:
            for copy in returning:
                self._offer(copy)

    def _unlock(self, lock: Lock) -> None:
        if lock.session is not None:
            lock.session.locked = False
            self._await(lock.session)

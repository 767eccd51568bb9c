"""The one way to run a command on an event-sourced aggregate: load, decide, append, publish.

A commit is at once the optimistic concurrency check, the inbox and the outbox (see `ports.EventStore`). States are
cached per process and trusted until the store contradicts them: an append made on a stale state fails on its version.
A decision that yields nothing, or a refusal, changes nothing and so is never contradicted; on a cached state it proves
nothing, and is taken again on what the store has now.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from domain.kernel.decider import Decider
from domain.kernel.errors import ConcurrencyConflict, DomainError, DuplicateMessage, Unavailable
from domain.kernel.left_behind import LeftBehind
from domain.kernel.lru import Lru
from domain.kernel.messages import Commit, Envelope
from domain.kernel.ports import EventStore, MessageBus, Snapshot, Snapshots

logger = logging.getLogger(__name__)
S = TypeVar("S")

MAX_ATTEMPTS = 20
"""Conflicts in a row before giving the message back to the bus; with sessions there is hardly ever one."""


@dataclass(frozen=True, slots=True)
class Loaded(Generic[S]):
    """A state after event number `version`; `fresh` when it was read from the store for this very decision.

    `pending` has commits that somebody stored and did not get round to publishing.
    """

    state: S
    version: int
    fresh: bool
    pending: tuple[Commit, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome(Generic[S]):
    """What became of a command: the state and version after it, and its commit (None when it changed nothing)."""

    state: S
    version: int
    commit: Commit | None = None

    @property
    def events(self) -> tuple[Any, ...]:
        """What it added."""
        return self.commit.events if self.commit else ()


class Aggregates:
    """Runs commands on aggregates. One per process: it holds the cache of states."""

    def __init__(
        self,
        events: EventStore,
        snapshots: Snapshots,
        bus: MessageBus,
        *,
        cache_size: int = 10_000,
        snapshot_every: int = 100,
    ) -> None:
        self._events = events
        self._snapshots = snapshots
        self._bus = bus
        self._snapshot_every = snapshot_every
        self._cache: Lru[str, Loaded[Any]] = Lru(cache_size)

    async def load(self, decider: Decider[S], aggregate_id: UUID) -> Loaded[S]:
        """The state as the store has it now; version 0 when there is no such aggregate."""
        stream_id = decider.stream_id(aggregate_id)
        return await self._catch_up(decider, stream_id, self._cached(stream_id))

    async def recall(self, decider: Decider[S], aggregate_id: UUID) -> Loaded[S]:
        """The state as this process remembers it, which may be outdated; as the store has it when it does not."""
        return self._cached(decider.stream_id(aggregate_id)) or await self.load(decider, aggregate_id)

    async def execute(
        self, decider: Decider[S], aggregate_id: UUID, command: Envelope[Any], *, assume_new: bool = False
    ) -> Outcome[S]:
        """Run one command. `assume_new` skips the first read where the aggregate most likely does not exist yet.

        Raises what `decide` raises, ConcurrencyConflict when others were faster again and again, and Unavailable. Once
        the commit is stored the command has succeeded: events that could not be published stay pending for the timer.
        """
        (result,) = await self.execute_all(decider, aggregate_id, [command], assume_new=assume_new)
        if isinstance(result, DomainError):
            raise result
        return result

    async def execute_all(
        self,
        decider: Decider[S],
        aggregate_id: UUID,
        commands: Sequence[Envelope[Any]],
        *,
        assume_new: bool = False,
    ) -> Sequence[Outcome[S] | DomainError]:
        """Run commands one after another and store all their commits in one batch ("store and forward").

        A refused command gives its DomainError in its place and leaves its neighbours alone. Raises as `execute` does.
        """
        stream_id = decider.stream_id(aggregate_id)
        loaded = self._cached(stream_id)
        if loaded is None and assume_new:
            loaded = Loaded(decider.initial, 0, fresh=False)
        if loaded is None:
            loaded = await self._catch_up(decider, stream_id, None)
        handled: frozenset[str] = frozenset()
        for _ in range(MAX_ATTEMPTS):
            decided = _decide_all(decider, stream_id, loaded, commands, handled)
            if (
                decided.refused
                and loaded.fresh
                and (repeated := await self._events.handled(stream_id, decided.refused))
            ):
                handled |= repeated
                continue
            if loaded.fresh or not decided.unproven:
                try:
                    await self._store(decider, stream_id, loaded.pending, decided)
                except DuplicateMessage as duplicate:
                    handled |= duplicate.message_ids
                except ConcurrencyConflict:
                    pass
                else:
                    return decided.results
            loaded = await self._catch_up(decider, stream_id, loaded)
        raise ConcurrencyConflict(f"{stream_id}: gave up after {MAX_ATTEMPTS} attempts")

    async def publish_pending(self, commits: Sequence[Commit]) -> None:
        """Send the events of commits of one stream and mark them so. Raises Unavailable."""
        await self._bus.publish(commits)
        await self._events.mark_published(commits)

    async def publish_left_behind(self, older_than: datetime, *, is_over: Callable[[], bool] = lambda: False) -> int:
        """Publish what stayed pending since before `older_than`; gives how many commits.

        When `is_over`, the rest waits for the next time. Raises Unavailable, as LeftBehind does.
        """
        return await LeftBehind(self.publish_pending).publish(self._events.pending(older_than), is_over)

    async def _store(
        self, decider: Decider[S], stream_id: str, pending: Sequence[Commit], decided: "_Decided[S]"
    ) -> None:
        if decided.commits:
            await self._events.append(decided.commits)
        if unpublished := [*pending, *decided.commits]:
            try:
                await self.publish_pending(unpublished)
            except Unavailable as unavailable:
                # Stored is done: the next command or the timer publishes it. Not caching the state makes sure that
                # the next command here reads the stream and so publishes these events before its own.
                logger.warning("%s stays pending from version %d: %s", stream_id, unpublished[0].version, unavailable)
                self._cache.drop(stream_id)
                return
        self._remember(stream_id, decided.loaded)
        if decider.snapshots and decided.commits:
            await self._take_snapshot(stream_id, decided)

    async def _take_snapshot(self, stream_id: str, decided: "_Decided[S]") -> None:
        before, after = decided.commits[0].version - 1, decided.loaded.version
        if before // self._snapshot_every == after // self._snapshot_every:
            return
        try:
            await self._snapshots.save(stream_id, Snapshot(version=after, state=decided.loaded.state))
        except Unavailable as unavailable:
            logger.warning("%s goes without a snapshot at version %d: %s", stream_id, after, unavailable)

    async def _catch_up(self, decider: Decider[S], stream_id: str, known: Loaded[S] | None) -> Loaded[S]:
        state, version = (known.state, known.version) if known else (decider.initial, 0)
        if version == 0 and decider.snapshots and (snapshot := await self._snapshots.load(stream_id)):
            state, version = snapshot.state, snapshot.version
        commits = await self._events.read(stream_id, version)
        for commit in commits:
            state, version = decider.fold(state, commit.events), commit.last_version
        pending = (*(known.pending if known else ()), *(commit for commit in commits if commit.pending))
        loaded = Loaded(state, version, fresh=True, pending=pending)
        if not pending:
            self._remember(stream_id, loaded)
        return loaded

    def _cached(self, stream_id: str) -> Loaded[Any] | None:
        return self._cache.get(stream_id)

    def _remember(self, stream_id: str, loaded: Loaded[Any]) -> None:
        known = self._cache.get(stream_id)
        if loaded.version == 0 or (known is not None and known.version > loaded.version):
            return
        self._cache.put(stream_id, replace(loaded, fresh=False))


@dataclass(frozen=True, slots=True)
class _Decided(Generic[S]):
    """A batch decided in memory: what to store, the state after it and an answer per command.

    `unproven` says that some answer has no commit to prove it; `refused` are the ids of the refused ones.
    """

    commits: list[Commit]
    loaded: Loaded[S]
    results: list[Outcome[S] | DomainError]
    unproven: bool
    refused: list[str]


def _decide_all(
    decider: Decider[S],
    stream_id: str,
    loaded: Loaded[S],
    commands: Sequence[Envelope[Any]],
    handled: frozenset[str],
) -> _Decided[S]:
    state, version, unproven = loaded.state, loaded.version, False
    commits: list[Commit] = []
    results: list[Outcome[S] | DomainError] = []
    refused: list[str] = []
    seen = set(handled)
    for command in commands:
        if command.message_id in seen:
            results.append(Outcome(state, version))
            continue
        seen.add(command.message_id)
        try:
            events = decider.decide(command.message, state, command.time)
        except DomainError as refusal:
            results.append(refusal)
            refused.append(command.message_id)
            continue
        commit = None
        if events:
            commit = Commit(stream_id=stream_id, version=version + 1, cause=command, events=events)
            commits.append(commit)
            state, version = decider.fold(state, events), commit.last_version
        else:
            unproven = True
        results.append(Outcome(state, version, commit))
    return _Decided(
        commits, Loaded(state, version, loaded.fresh), results, unproven=unproven or bool(refused), refused=refused
    )

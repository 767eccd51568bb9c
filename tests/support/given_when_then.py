"""given(decider, events).when(command).then(events): what a decider does, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import pytest

from domain.kernel.decider import Decider
from domain.kernel.errors import DomainError, NotPossible
from tests.support.vocabulary import NOW

S = TypeVar("S")


@contextmanager
def refused(error: type[DomainError]) -> Iterator[None]:
    """What is done inside is refused with exactly this kind of error, in a sentence: clients read it."""
    with pytest.raises(DomainError) as refusal:
        yield
    assert type(refusal.value) is error
    _assert_is_a_sentence(str(refusal.value))


@contextmanager
def refused_because(reason: str) -> Iterator[None]:
    """What is done inside is not possible, for this reason, which clients see as the problem's type."""
    with pytest.raises(NotPossible) as refusal:
        yield
    assert refusal.value.reason == reason
    _assert_is_a_sentence(str(refusal.value))


def _assert_is_a_sentence(text: str) -> None:
    assert text[:1].isupper()
    assert text.endswith(".")
    assert not text.isupper()


@dataclass(frozen=True, kw_only=True)
class When(Generic[S]):
    """A command about to meet a state."""

    decider: Decider[S]
    state: S
    command: Any
    now: datetime

    def then(self, *events: Any) -> None:
        """Exactly these events follow."""
        assert self.events() == events

    def then_nothing(self) -> None:
        """It is accepted and changes nothing."""
        self.then()

    def then_refused(self, error: type[DomainError]) -> None:
        """It is refused with exactly this kind of error."""
        with refused(error):
            self.events()

    def then_refused_because(self, reason: str) -> None:
        """It is not possible, for this reason."""
        with refused_because(reason):
            self.events()

    def events(self) -> tuple[Any, ...]:
        """What the decider answers."""
        return self.decider.decide(self.command, self.state, self.now)

    def state_after(self) -> S:
        """The state once the answer has happened."""
        return self.decider.fold(self.state, self.events())


@dataclass(frozen=True, kw_only=True)
class Given(Generic[S]):
    """What has happened so far."""

    decider: Decider[S]
    state: S

    def when(self, command: Any, *, now: datetime = NOW) -> When[S]:
        """This command comes, at this time."""
        return When(decider=self.decider, state=self.state, command=command, now=now)


def given(decider: Decider[S], *events: Any) -> Given[S]:
    """A decider to which these events have happened."""
    return Given(decider=decider, state=decider.fold(decider.initial, events))

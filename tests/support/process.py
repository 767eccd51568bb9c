"""given(messages).when(message).then(commands), for the registration process of the one order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from domain.kernel.messages import Envelope, OutgoingCommand
from domain.registration.process_manager import react
from domain.registration.registration_process import RegistrationProcess
from tests.support.vocabulary import GRACE, NOW, said

C = TypeVar("C")


@dataclass(frozen=True, kw_only=True)
class Reacted:
    """What followed from the last message."""

    process: RegistrationProcess | None
    sent: tuple[OutgoingCommand, ...]
    changed: bool

    @property
    def commands(self) -> tuple[Any, ...]:
        """What the commands say."""
        return tuple(command.envelope.message for command in self.sent)

    def command(self, kind: type[C]) -> OutgoingCommand:
        """The one command of this kind."""
        (found,) = (command for command in self.sent if isinstance(command.envelope.message, kind))
        return found

    def then(self, *commands: Any) -> Reacted:
        """Exactly these commands follow, in this order."""
        assert self.commands == commands
        return self

    def then_nothing(self) -> Reacted:
        """It changes nothing and asks for nothing."""
        assert not self.changed
        return self.then()


class ProcessOf:
    """The process of one order, and every command it has asked for."""

    def __init__(self, *, grace: timedelta = GRACE) -> None:
        self._grace = grace
        self.process: RegistrationProcess | None = None
        self.sent: list[OutgoingCommand] = []
        self._numbers = count(1)

    def given(self, *messages: Any) -> ProcessOf:
        """These messages came, and were answered."""
        for message in messages:
            self.when(message)
        return self

    def when(self, message: Any, *, now: datetime = NOW, answers: str | None = None) -> Reacted:
        """This message comes. One that is a function is asked for the message, given this process.

        `answers` is the id of the command that a message answers; without it, that of the last reservation asked for.
        """
        envelope = message(self) if callable(message) else said(message, f"message {next(self._numbers)}")
        causation = answers or (self.process and self.process.reservation_command_id) or envelope.causation_id
        return self.deliver(replace(envelope, causation_id=causation, time=now))

    def deliver(self, envelope: Envelope[Any]) -> Reacted:
        """This very message comes."""
        reaction = react(self.process, envelope, grace=self._grace)
        changed = reaction is not None and reaction.state != self.process
        sent = reaction.commands if reaction else ()
        if reaction:
            self.process = reaction.state
        self.sent.extend(sent)
        return Reacted(process=self.process, sent=sent, changed=changed)

    def expiry(self) -> Envelope[Any]:
        """The message that its scheduled ExpireRegistrationProcess will be."""
        assert self.process is not None
        (found,) = (
            command.envelope
            for command in self.sent
            if command.envelope.message_id == self.process.expiration_command_id
        )
        return found

"""What the site shows only for a moment: while somebody waits, after a fault, before anything is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.conferences import COCKTAIL, GENERAL, OrganizedConference
from tests.support.looks import fits_in_german, is_for_everybody
from tests.support.visitor import Visitor
from tests.support.vocabulary import NOBODYS_CODE


@dataclass(frozen=True, slots=True)
class Stage:
    """Somebody who has just come, and what she comes to."""

    visitor: Visitor
    api: Api
    bus: BusInspector

    def conference(self) -> OrganizedConference:
        """One that can be booked."""
        return OrganizedConference.published(self.api, {GENERAL: 20, COCKTAIL: 5})


Arrange = Callable[[Stage], Iterator[None]]


@dataclass(frozen=True, slots=True)
class Moment:
    """`lasts` if it shows again when the page is made anew, as it is for another language."""

    name: str
    arranged: Callable[[Stage], AbstractContextManager[None]]
    lasts: bool

    def look_at(self, stage: Stage) -> None:
        """Assert that the site is for everybody and fits every screen, while the moment lasts."""
        with self.arranged(stage):
            is_for_everybody(stage.visitor, self.name)
            if self.lasts:
                stage.visitor.speaks("de")
                fits_in_german(stage.visitor, self.name)
                stage.visitor.speaks("en")


@dataclass(frozen=True, slots=True)
class Moments:
    """Those of one kind of person, in the order in which they were added."""

    all: list[Moment] = field(default_factory=list)

    def passing(self, arrange: Arrange) -> Arrange:
        """Add one that is over when the page is made anew."""
        return self._add(arrange, lasts=False)

    def lasting(self, arrange: Arrange) -> Arrange:
        """Add one that shows again when the page is made anew."""
        return self._add(arrange, lasts=True)

    def _add(self, arrange: Arrange, *, lasts: bool) -> Arrange:
        self.all.append(Moment(arrange.__name__.replace("_", "-"), contextmanager(arrange), lasts))
        return arrange


def tries(visitor: Visitor, page: str, email: str, button: str) -> None:
    """Try a code that is nobody's, on one of the pages that ask for one."""
    visitor.opens(page)
    visitor.fills(email=email, accessCode=NOBODYS_CODE)
    visitor.presses(button)

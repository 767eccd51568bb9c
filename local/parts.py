"""The parts of a stack as its user sees them: what is done for each, how long that takes, and where it is then."""

from __future__ import annotations

import time
from dataclasses import dataclass

from local.component import Component


@dataclass(slots=True)
class Part:
    """One line of the screen. A part without a component (the SQL database) is ready when nothing is done for it."""

    name: str
    component: Component | None = None
    _doing: str | None = "waiting"
    _began: float | None = None
    _seconds: float = 0.0

    def begin(self, doing: str) -> None:
        """Something is done for it from now on: installing, starting, preparing."""
        self._doing = doing
        if self._began is None:
            self._began = time.monotonic()

    def end(self) -> None:
        """What was begun is done: from now on its component says how it is."""
        self._doing = None
        if self._began is not None:
            self._seconds, self._began = time.monotonic() - self._began, None

    @property
    def state(self) -> str:
        if self.component is not None and self.component.state != "waiting":
            return self.component.state
        return self._doing or (self.component.state if self.component is not None else "ready")

    @property
    def seconds(self) -> float:
        """How long what was begun took in all, or takes by now."""
        return self._seconds if self._began is None else time.monotonic() - self._began

    @property
    def address(self) -> str:
        return self.component.blueprint.url if self.component is not None else ""

    @property
    def restarts(self) -> int:
        return self.component.restarts if self.component is not None else 0

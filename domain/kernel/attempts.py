"""Wrong tries: how often somebody may guess a secret."""

from datetime import datetime, timedelta
from typing import Protocol

from domain.kernel.errors import ContosoError

MAX_WRONG_TRIES = 10
WINDOW = timedelta(minutes=15)


class TooManyAttempts(ContosoError):
    """There were MAX_WRONG_TRIES wrong ones within WINDOW. One more is allowed after `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many wrong tries; the next one is allowed in {retry_after} s")
        self.retry_after = retry_after


class AttemptLimiter(Protocol):
    """Counts wrong tries by purpose ("sign-in", "locate-order") and e-mail, whatever its letter case.

    Right ones cost no more than a look, and never block one another. Both methods raise Unavailable.
    """

    async def check(self, purpose: str, email: str, now: datetime) -> None:
        """Ask before trying. Raises TooManyAttempts, whether the try would have been right or wrong."""

    async def record_wrong(self, purpose: str, email: str, now: datetime) -> None:
        """Count a wrong try. Raises TooManyAttempts for those that came at the same time, beyond the last allowed."""

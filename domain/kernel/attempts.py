"""Wrong tries: how often somebody may guess a secret."""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol

from domain.kernel.errors import ContosoError

MAX_WRONG_TRIES = 10
WINDOW = timedelta(minutes=15)


class TooManyAttempts(ContosoError):
    """There were MAX_WRONG_TRIES wrong ones within WINDOW. One more is allowed after `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many wrong tries; the next one is allowed in {retry_after} s")
        self.retry_after = retry_after


class Attempt:
    """One try, wrong until it is said to have succeeded."""

    def __init__(self) -> None:
        self.right = False

    def succeeded(self) -> None:
        """The guess was right, and does not count."""
        self.right = True


class AttemptLimiter(Protocol):
    """Counts wrong tries by purpose ("sign-in", "locate-order") and e-mail, whatever its letter case.

    Right ones cost no more than a look, and never block one another.
    """

    def guard(self, purpose: str, email: str) -> AbstractAsyncContextManager[Attempt]:
        """Make the try inside. One that leaves without having succeeded is counted; one that fails (raises) is not.

        Raises TooManyAttempts before the try, whether it would have been right or wrong, and after it for wrong ones
        that came at the same time, beyond the last allowed. Raises Unavailable.
        """

"""Wrong tries: how often somebody may guess a secret."""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol

from domain.kernel.errors import ContosoError

MAX_WRONG_TRIES = 10
"""At one target."""
WINDOW = timedelta(minutes=15)


class TooManyAttempts(ContosoError):
    """There were too many wrong ones within WINDOW. One more is allowed after `retry_after` seconds."""

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
    """Counts wrong tries by purpose ("sign-in"), by what is guessed at, whatever its letter case, and by client.

    Right ones cost no more than a look, and never block one another.
    """

    def guard(self, purpose: str, target: str, client: str) -> AbstractAsyncContextManager[Attempt]:
        """Make the try inside. One that leaves without having succeeded is counted; one that fails (raises) is not.

        `target` is whose secret it is, such as an e-mail address; `client` the address the try comes from, empty where
        nobody knows it. Raises TooManyAttempts before the try, whether it would have been right or wrong, and after it
        for wrong ones that came at the same time, beyond the last allowed. Raises Unavailable.
        """

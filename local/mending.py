"""What makes good by itself what a component lost when it was killed."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.child_processes import run

log = logging.getLogger(__name__)
_PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0)


@dataclass(frozen=True, slots=True)
class Mending:
    """A command of the app in `directory` that makes the loss good; what it prints goes to `log_file`.

    `say` tells the user of `loss` and `cure`.
    """

    command: Sequence[str]
    directory: Path
    environment: Mapping[str, str]
    log_file: Path
    loss: str
    cure: str
    say: Callable[[str], None]

    async def run(self) -> bool:
        """Run the command, a few times at most; says whether it succeeded. Cancelled, it ends its process."""
        self.say(f"{self.loss}; {self.cure}")
        for pause in _PAUSES:
            if await self._succeeds():
                break
            log.warning("%s failed and is tried again in %.0f s; %s says why", self.cure, pause, self.log_file)
            await asyncio.sleep(pause)
        else:
            if not await self._succeeds():
                self.say(f"{self.cure} failed; {self.log_file} says why")
                return False
        self.say(f"{self.cure}: done")
        return True

    async def _succeeds(self) -> bool:
        try:
            code = await run(
                self.command, self.environment, self.log_file, last_signal=signal.SIGKILL, directory=self.directory
            )
        except OSError as error:  # too many files or processes
            log.warning("%s cannot be started: %s", self.cure, error)
            return False
        return code == 0

"""TCP ports: free ones, and who has the others."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import socket
from collections.abc import Mapping
from pathlib import Path

from local.stack_settings import StackError

_LISTENING = "0A"
# Below the range the kernel takes for outgoing connections, so that none is in the way when a component restarts.
_FIRST, _LAST = 20000, 32000


def free_ports(count: int) -> list[int]:
    """`count` different ports nobody listens on."""
    found: list[int] = []
    for port in random.sample(range(_FIRST, _LAST), _LAST - _FIRST):
        if len(found) == count:
            break
        if is_free(port):
            found.append(port)
    return found


def is_free(port: int) -> bool:
    """Whether one could listen on the port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def claim(wanted: Mapping[str, int]) -> list[int]:
    """The ports by setting, a free one for each 0. Raises StackError naming all that are taken, and by whom."""
    taken = {setting: port for setting, port in wanted.items() if port and not is_free(port)}
    if taken:
        raise StackError(
            "\n".join(
                f"port {port} is in use by {owner(port)}; set {setting} to another, or stop that process"
                for setting, port in taken.items()
            )
        )
    free = (port for port in free_ports(2 * len(wanted)) if port not in wanted.values())
    return [port or next(free) for port in wanted.values()]


def keep(port: int) -> socket.socket:
    """Keep others from a port that is free, for as long as the socket is open; it takes no connections itself.

    The component's own processes can listen on it all the same, as they do so with SO_REUSEPORT. For a minute after
    another server had connections there, Linux lets nobody keep the port: then it is free to all, as it was.
    """
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    with contextlib.suppress(OSError):
        keeper.bind(("127.0.0.1", port))
    return keeper


def owner(port: int) -> str:
    """Who listens on the port, as `pid 42 (its command line)`, as far as /proc tells."""
    inodes = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(descriptor) in inodes for descriptor in (process / "fd").iterdir()):
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                return f"pid {process.name} ({command.strip()})"
        except OSError:  # it ended meanwhile, or is another user's
            continue
    return "another process"


def _listening_inodes(port: int) -> list[str]:
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not os.path.exists(table):
            continue
        for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                found.append(fields[9])
    return found

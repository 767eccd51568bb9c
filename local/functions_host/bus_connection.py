"""The host's connection to Service Bus: made again whenever it is lost, with receivers and locks on it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
import time
from typing import Any, Protocol
from urllib.parse import quote

import proton

from local.amqp import AmqpConnection, FlushQueue, connect
from local.functions_host.bus_requests import RequestLinks, RequestRefused
from local.functions_host.settings import ServiceBusConnectionString

log = logging.getLogger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
_TOKEN_LIFETIME = 365 * 24 * 3600
_PATIENCE = 10.0


class ConnectionUser(Protocol):
    """Who has links on the connection. Links themselves hear of its end by `detached`."""

    def connected(self) -> None: ...


class BusConnection:
    """Keeps one AMQP connection to the bus. Everything of one host process goes over it, on many links."""

    def __init__(self, target: ServiceBusConnectionString, container: str) -> None:
        self._target, self._container = target, container
        self._users: list[ConnectionUser] = []
        self._requests: dict[str, RequestLinks] = {}
        self._flush_queue = FlushQueue()
        self._task: asyncio.Task[None] | None = None
        self._is_stopping = False
        self._found = asyncio.Event()
        self.amqp: AmqpConnection | None = None
        self.session: proton.Session | None = None
        self.unacknowledged = 0

    def add_user(self, user: ConnectionUser) -> None:
        self._users.append(user)

    @property
    def is_up(self) -> bool:
        return self.session is not None and self.amqp is not None and self.amqp.is_connected

    async def up(self) -> None:
        """Wait until there is a connection."""
        await self._found.wait()

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._keep(), name="bus connection")

    async def stop(self) -> None:
        """Close in order; what is unsettled by then stays with the bus."""
        self._is_stopping = True
        if self.amqp is not None and self.session is not None:
            self.amqp.close()
            await asyncio.wait([self.amqp.lost], timeout=2)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def acknowledged(self, patience: float) -> bool:
        """Wait until the bus answered every outcome it was told. False if that took over `patience` seconds."""
        deadline = time.monotonic() + patience
        while self.unacknowledged and self.is_up and time.monotonic() < deadline:  # noqa: ASYNC110 - once, at the end
            await asyncio.sleep(0.005)
        return not self.unacknowledged

    async def request(self, entity: str, operation: str, body: dict[str, Any]) -> Any:
        """Ask `entity`'s $management node. Returns the body of the answer.

        Raises RequestRefused when the bus says no, ConnectionError or TimeoutError when it cannot be asked.
        """
        links = self._links(f"{entity}/$management")
        properties = {"operation": f"com.microsoft:{operation}", "com.microsoft:server-timeout": 10_000}
        async with asyncio.timeout(_PATIENCE):
            answer = await links.ask(body, properties)
        answered: dict[str, Any] = answer.properties or {}
        if not 200 <= int(answered.get("statusCode", 0)) < 300:
            raise RequestRefused(str(answered.get("statusDescription") or answered.get("errorCondition")))
        return answer.body

    def _links(self, address: str) -> RequestLinks:
        if self.amqp is None or self.session is None or not self.amqp.is_connected:
            raise ConnectionError("there is no connection to the bus")
        links = self._requests.get(address)
        if links is None or links.is_lost:
            links = self._requests[address] = RequestLinks(self.amqp, self.session, address)
        return links

    async def _keep(self) -> None:
        pause, is_first_failure = FIRST_PAUSE, True
        while not self._is_stopping:
            try:
                await self._open()
            except (OSError, TimeoutError, RequestRefused) as error:
                level = logging.WARNING if is_first_failure else logging.DEBUG
                log.log(level, "Service Bus at %s:%d: %s", self._target.host, self._target.port, error)
                is_first_failure = False
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            pause, is_first_failure = FIRST_PAUSE, True
            assert self.amqp is not None
            await self.amqp.lost
            self.session = None
            self._found.clear()
            if not self._is_stopping:
                log.warning("The connection to Service Bus was lost: %s", self.amqp.error or "no reason given")

    async def _open(self) -> None:
        host, port = self._target.host, self._target.port
        amqp = AmqpConnection(self._flush_queue, is_server=False, container=self._container, hostname=host)
        try:
            async with asyncio.timeout(_PATIENCE):
                await connect(amqp, host, port)
            session = amqp.session()
            if self._target.key:
                await self._authorize(amqp, session)
        except BaseException:  # cancelled too: a connection that nobody has would stay open
            amqp.abort()
            raise
        self.amqp, self.session = amqp, session
        self._requests.clear()
        self._found.set()
        for user in self._users:
            user.connected()

    async def _authorize(self, amqp: AmqpConnection, session: proton.Session) -> None:
        """Put a token for the whole namespace on $cbs, as the Azure SDKs do for each entity."""
        audience = f"sb://{self._target.host}:{self._target.port}/"
        expiry = int(time.time()) + _TOKEN_LIFETIME
        token = shared_access_signature(audience, self._target.key_name, self._target.key, expiry)
        properties = {"operation": "put-token", "type": "servicebus.windows.net:sastoken", "name": audience}
        async with asyncio.timeout(_PATIENCE):
            answer = await RequestLinks(amqp, session, "$cbs").ask(token, properties)
        answered: dict[str, Any] = answer.properties or {}
        if int(answered.get("status-code") or 0) not in (200, 202):
            raise RequestRefused(f"the shared access key is refused: {answered.get('status-description')}")


def shared_access_signature(audience: str, key_name: str, key: str, expiry: int) -> str:
    """A SAS token. Source: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas"""
    resource = quote(audience, safe="")
    digest = hmac.new(key.encode(), f"{resource}\n{expiry}".encode(), hashlib.sha256).digest()
    signature = quote(base64.b64encode(digest).decode(), safe="")
    return f"SharedAccessSignature sr={resource}&sig={signature}&se={expiry}&skn={key_name}"

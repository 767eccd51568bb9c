"""Sealing and opening what people are called: the one place where a name is both sealed and plain.

AES-SIV (RFC 5297) under a key per order. It is deterministic, so that sealed texts of an order are equal where the
plain ones are, which is all that decisions need. The key lies in SQL and nowhere else but, for a minute, in memory.
"""

import base64
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from domain.kernel.errors import NotPossible
from domain.kernel.lru import Lru
from domain.registration.managed_orders import ManagedOrder
from domain.registration.order_views import AssignmentsView, OrderView, SeatView
from domain.registration.personal_info import SEALED, PersonalInfo
from infra.sql.personal_data_keys import SqlPersonalDataKeys

KEY_BITS = 512
REMEMBER_SECONDS = 60.0
"""How long a worker goes on reading what another one has been asked to forget."""
REMEMBERED_KEYS = 10_000

V = TypeVar("V", OrderView, AssignmentsView, ManagedOrder)
Reveal = Callable[[PersonalInfo | None], PersonalInfo | None]


def _now() -> datetime:
    return datetime.now(UTC)


class PersonalDataVault:
    """The Sealer; and it opens views on their way out."""

    def __init__(
        self,
        keys: SqlPersonalDataKeys,
        *,
        clock: Callable[[], datetime] = _now,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._ticks = ticks
        self._known: Lru[UUID, tuple[float, AESSIV]] = Lru(REMEMBERED_KEYS)

    async def seal(self, order_id: UUID, info: PersonalInfo) -> PersonalInfo:
        """As the port says."""
        cipher = self._remembered(order_id)
        if cipher is None:
            key = await self._keys.keep(order_id, _in_text(AESSIV.generate_key(KEY_BITS)))
            if key is None:
                raise NotPossible("registrant-forgotten", "Who registered has been forgotten, as was asked for.")
            cipher = self._remember(order_id, key)
        return PersonalInfo(
            first_name=SEALED + _sealed(cipher, "first name", info.first_name),
            last_name=SEALED + _sealed(cipher, "last name", info.last_name),
            email=f"{SEALED}{_sealed(cipher, 'address', info.email.casefold())}:{_sealed(cipher, 'email', info.email)}",
        )

    async def destroy_key(self, order_id: UUID) -> None:
        """As the port says. Other workers remember the key for REMEMBER_SECONDS at most."""
        await self._keys.destroy(order_id, self._clock())
        self._known.drop(order_id)

    async def opened(self, view: V) -> V:
        """`view` for those who may read it. People whose key is gone are left out. Raises Unavailable."""
        (opened,) = await self.all_opened([view])
        return opened

    async def all_opened(self, views: Sequence[V]) -> list[V]:
        """The same for many, of one or of many orders, with one look at the keys at most."""
        ciphers = await self._ciphers({view.order_id for view in views if _has_people(view)})
        return [_revealed(view, _reveal_with(ciphers.get(view.order_id))) for view in views]

    async def _ciphers(self, order_ids: Collection[UUID]) -> dict[UUID, AESSIV]:
        ciphers = {order_id: cipher for order_id in order_ids if (cipher := self._remembered(order_id))}
        if unknown := [order_id for order_id in order_ids if order_id not in ciphers]:
            keys = await self._keys.of(unknown)
            ciphers |= {order_id: self._remember(order_id, key) for order_id, key in keys.items()}
        return ciphers

    def _remembered(self, order_id: UUID) -> AESSIV | None:
        until, cipher = self._known.get(order_id) or (0.0, None)
        return cipher if self._ticks() < until else None

    def _remember(self, order_id: UUID, key: str) -> AESSIV:
        cipher = AESSIV(base64.b64decode(key))
        self._known.put(order_id, (self._ticks() + REMEMBER_SECONDS, cipher))
        return cipher


def _in_text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _sealed(cipher: AESSIV, what: str, text: str) -> str:
    return base64.urlsafe_b64encode(cipher.encrypt(text.encode(), [what.encode()])).decode()


def _opened(cipher: AESSIV, what: str, sealed: str) -> str:
    return cipher.decrypt(base64.urlsafe_b64decode(sealed), [what.encode()]).decode()


def _reveal_with(cipher: AESSIV | None) -> Reveal:
    def reveal(info: PersonalInfo | None) -> PersonalInfo | None:
        if info is None or cipher is None:
            return None
        return PersonalInfo(
            first_name=_opened(cipher, "first name", info.first_name.removeprefix(SEALED)),
            last_name=_opened(cipher, "last name", info.last_name.removeprefix(SEALED)),
            email=_opened(cipher, "email", info.email.rpartition(":")[2]),
        )

    return reveal


def _has_people(view: OrderView | AssignmentsView | ManagedOrder) -> bool:
    return bool(getattr(view, "registrant", None)) or any(seat.attendee for seat in getattr(view, "seats", ()))


def _revealed(view: Any, reveal: Reveal) -> Any:
    match view:
        case OrderView(registrant=registrant):
            return replace(view, registrant=reveal(registrant))
        case ManagedOrder(registrant=registrant, seats=seats):
            return replace(view, registrant=reveal(registrant), seats=_seats_revealed(seats, reveal))
        case AssignmentsView(seats=seats):
            return replace(view, seats=_seats_revealed(seats, reveal))


def _seats_revealed(seats: Sequence[SeatView], reveal: Reveal) -> tuple[SeatView, ...]:
    return tuple(replace(seat, attendee=reveal(seat.attendee)) for seat in seats)

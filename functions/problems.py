"""Errors as RFC 9457 problem details, in one place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.kernel.attempts import TooManyAttempts
from domain.kernel.errors import ConcurrencyConflict, InvalidCommand, NotFound, NotPossible, Unavailable
from domain.registration.catalogue import SeatsUnavailable, UnknownSeatTypes
from infra.sql.open_orders import TooManyOpenOrders


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One wrong field: where it is (`seats/0/quantity`) and how to mend it."""

    path: str
    message: str


@dataclass(kw_only=True, eq=False)
class Problem(Exception):
    """An answer that is not what the client hoped for. `type` is stable; clients may act on it."""

    status: int
    type: str
    title: str
    detail: str = ""
    errors: Sequence[FieldError] = ()
    members: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The problem details object."""
        body: dict[str, Any] = {"type": self.type, "title": self.title, "status": self.status}
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = [{"path": error.path, "message": error.message} for error in self.errors]
        return body | dict(self.members)


def not_found(what: str) -> Problem:
    """404."""
    return Problem(status=404, type="not-found", title="Not found", detail=what)


def unauthorized(detail: str) -> Problem:
    """401."""
    return Problem(
        status=401,
        type="unauthorized",
        title="Not signed in",
        detail=detail,
        headers={"WWW-Authenticate": 'Bearer realm="conference management"'},
    )


def invalid(errors: Sequence[FieldError]) -> Problem:
    """422, naming every wrong field."""
    return Problem(
        status=422,
        type="invalid",
        title="The request does not fit",
        detail="Mend every field named in `errors` and send it again; nothing was changed.",
        errors=errors,
    )


def _too_many(type_: str, title: str, detail: str, retry_after_seconds: int) -> Problem:
    """429."""
    return Problem(
        status=429, type=type_, title=title, detail=detail, headers={"Retry-After": str(retry_after_seconds)}
    )


def problem_of(error: Exception) -> Problem | None:
    """What an error of the domain is to a client; None for one that nobody expected."""
    match error:
        case Problem():
            return error
        case SeatsUnavailable(available=available):
            left = [{"seatType": str(seat.seat_type), "quantity": seat.quantity} for seat in available]
            return Problem(
                status=409,
                type="seats-unavailable",
                title="Not enough seats are left",
                detail="`available` says how many of each are. No seats were reserved by this request.",
                members={"available": left},
            )
        case TooManyAttempts(retry_after=seconds):
            detail = f"Try again in {seconds} seconds."
            return _too_many("too-many-requests", "Too many wrong tries", detail, seconds)
        case TooManyOpenOrders(retry_after=seconds):
            detail = f"Pay for one of your orders, or wait {seconds} seconds for the first of them to expire."
            return _too_many("too-many-open-orders", "Too many unpaid orders", detail, seconds)
        case NotPossible(reason=reason):
            return Problem(status=409, type=reason, title="Not possible in the present state", detail=str(error))
        case NotFound():
            return not_found(str(error))
        case UnknownSeatTypes(seat_types=unknown):
            return invalid([FieldError(path="seats", message=f"{each} is none of the seat types") for each in unknown])
        case InvalidCommand():
            return Problem(status=422, type="invalid", title="The request does not fit", detail=str(error))
        case Unavailable() | ConcurrencyConflict():
            return Problem(
                status=503,
                type="unavailable",
                title="Temporarily unavailable",
                detail="Send the same request again in a moment, unless it creates something without giving its id: "
                "then look first whether that is there, because it may have been done.",
                headers={"Retry-After": "2"},
            )
        case _:
            return None

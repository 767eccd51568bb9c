"""The bodies that clients send, as the contract has them. Everything else in them is refused, each fault by name."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    WrapValidator,
    field_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import InitErrorDetails, PydanticCustomError

from domain.conference_management.conference import MOST_SEAT_TYPES
from domain.kernel.money import Money, parse_money
from domain.registration.personal_info import PersonalInfo
from domain.registration.seats import MOST_SEATS_OF_A_KIND, SeatQuantity, Seats

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)*")
MAX_PRICE: Money = 50_000_00


def is_uuid(text: str) -> bool:
    """Whether it is a UUID as the contract spells one: 32 hexadecimal digits in five groups, nothing around them."""
    return _UUID.fullmatch(text) is not None


def _canonical_uuid(value: Any) -> Any:
    if isinstance(value, str) and not is_uuid(value):
        raise PydanticCustomError("uuid", "must be a UUID such as 6f5f7cde-5dc1-4a3c-9b50-6a4d8f6f4f1e")
    return value


def _integral(value: Any) -> Any:
    """JSON knows one kind of number: 2.0 is an integer there."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _date(value: Any) -> date:
    """RFC 3339's full-date alone: pydantic would also read seconds since 1970, and midnights."""
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass  # such as 2027-02-30
    raise PydanticCustomError("date", "must be a date such as 2027-05-02")


def _email(value: str) -> str:
    if _EMAIL.fullmatch(value) is None:
        raise PydanticCustomError("email", "must be an e-mail address such as ada@example.com")
    return value


def _money(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError("money", "must be a decimal string with two places, such as 249.00")
    try:
        return parse_money(value)
    except ValueError as error:
        raise PydanticCustomError("money", "must be a decimal string with two places, such as 249.00") from error


def _at_most_the_highest_price(value: Money) -> Money:
    if value > MAX_PRICE:
        raise PydanticCustomError("price", "must be at most 50000.00")
    return value


Id = Annotated[UUID, BeforeValidator(_canonical_uuid)]
Integer = Annotated[int, BeforeValidator(_integral)]
Date = Annotated[date, BeforeValidator(_date)]
Email = Annotated[str, Field(max_length=254), AfterValidator(_email)]
Price = Annotated[Money, BeforeValidator(_money), AfterValidator(_at_most_the_highest_price)]
Slug = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class Body(BaseModel):
    """A request body: camelCase members, none but those named."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, strict=True, frozen=True)


class SeatQuantityBody(Body):
    """So many seats of a kind."""

    seat_type: Id
    quantity: Annotated[Integer, Field(ge=0, le=MOST_SEATS_OF_A_KIND)]


def _each_and_together(value: Any, validate: Callable[[Any], list[SeatQuantityBody]]) -> list[SeatQuantityBody]:
    """What is wrong with single entries and with all of them together is named at once."""
    together = [InitErrorDetails(type=fault, input=value) for fault in _faults_together(value)]
    try:
        seats = validate(value)
    except ValidationError as error:
        each = [
            InitErrorDetails(
                type=PydanticCustomError("seat", "{message}", {"message": fault["msg"]}),
                loc=fault["loc"],
                input=fault["input"],
            )
            for fault in error.errors(include_url=False, include_context=False)
        ]
        raise ValidationError.from_exception_data("seats", [*each, *together]) from error
    if together:
        raise ValidationError.from_exception_data("seats", together)
    return seats


def _faults_together(value: Any) -> Iterator[PydanticCustomError]:
    entries = [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
    named = [entry["seatType"].lower() for entry in entries if isinstance(entry.get("seatType"), str)]
    if len(set(named)) < len(named):
        yield PydanticCustomError("seats", "must name each seat type at most once")
    if entries and all(entry.get("quantity") == 0 for entry in entries):
        yield PydanticCustomError("seats", "must ask for at least one seat")


SeatQuantities = Annotated[
    list[SeatQuantityBody], Field(min_length=1, max_length=MOST_SEAT_TYPES), WrapValidator(_each_and_together)
]


class UpdateOrder(Body):
    """updateOrder."""

    seats: SeatQuantities

    def asked_for(self) -> Seats:
        """The same for the domain."""
        return tuple(SeatQuantity(seat_type=seat.seat_type, quantity=seat.quantity) for seat in self.seats)


class PlaceOrder(UpdateOrder):
    """registerToConference."""

    order_id: Id | None = None

    @field_validator("order_id", mode="before")
    @classmethod
    def _no_null_id(cls, order_id: Any) -> Any:
        if order_id is None:
            raise PydanticCustomError("uuid", "must be a UUID; leave it out to have one made")
        return order_id


class Person(Body):
    """A registrant or an attendee."""

    first_name: Annotated[str, Field(min_length=1, max_length=100)]
    last_name: Annotated[str, Field(min_length=1, max_length=100)]
    email: Email

    def as_personal_info(self) -> PersonalInfo:
        """The same for the domain."""
        return PersonalInfo(first_name=self.first_name, last_name=self.last_name, email=self.email)


class Locator(Body):
    """How a registrant finds her order, and an organizer her conference."""

    email: Email
    access_code: Annotated[str, Field(min_length=6, max_length=6)]


class EditConference(Body):
    """updateConference."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(min_length=1, max_length=4000)]
    location: Annotated[str, Field(min_length=1, max_length=200)]
    tagline: Annotated[str, Field(max_length=200)] | None = None
    twitter_search: Annotated[str, Field(max_length=200)] | None = None
    start_date: Date
    end_date: Date

    @field_validator("end_date")
    @classmethod
    def _ends_after_it_starts(cls, end_date: date, info: ValidationInfo) -> date:
        if "start_date" in info.data and end_date < info.data["start_date"]:
            raise PydanticCustomError("dates", "must be on or after startDate")
        return end_date


class CreateConference(EditConference):
    """createConference."""

    slug: Slug
    owner_name: Annotated[str, Field(min_length=1, max_length=200)]
    owner_email: Email


class EditSeatType(Body):
    """createSeatType and updateSeatType."""

    name: Annotated[str, Field(min_length=2, max_length=70)]
    description: Annotated[str, Field(min_length=1, max_length=250)]
    quantity: Annotated[Integer, Field(ge=0, le=100_000)]
    price: Price

"""Who may manage which conference, and how often somebody may guess."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import azure.functions as func
import pytest
from sqlalchemy import make_url, text

from domain.conference_management.conference import Conference
from domain.conference_management.use_cases import SignedIn
from domain.kernel.attempts import TooManyAttempts
from domain.kernel.errors import Unavailable
from functions.http import operation
from infra.keyed_hash import KeyedHash
from infra.sql.attempt_limiter import SqlAttemptLimiter
from infra.sql.database import Database
from infra.sql.organizer_access import hash_access_code
from tests.integration.sql.clocks import Clock
from tests.integration.sql.organizing import ACCESS_CODE, OWNER, Organizing
from tests.support.fakes import InMemoryBus
from tests.support.vocabulary import NOW

EIGHT_HOURS = timedelta(hours=8)
QUARTER_OF_AN_HOUR = timedelta(minutes=15)
CLIENT = "192.0.2.1"


@pytest.fixture
def organizing(database: Database, clock: Clock) -> Organizing:
    return Organizing(database, InMemoryBus(), clock)


async def sign_in(
    organizing: Organizing, email: str = OWNER, access_code: str = ACCESS_CODE, token: str = "signed in"
) -> SignedIn | None:
    return await organizing.management.sign_in(
        email=email, access_code=access_code, client=CLIENT, token=token, now=NOW
    )


async def managed(
    organizing: Organizing, token: str, code: str = "cqrs-summit", *, after: timedelta = timedelta()
) -> Conference | None:
    return await organizing.management.managed(code=code, token=token, now=NOW + after)


async def test_whoever_creates_a_conference_is_signed_in_for_eight_hours(organizing: Organizing) -> None:
    conference = await organizing.create(token="first")
    assert await managed(organizing, "first", after=EIGHT_HOURS - timedelta(seconds=1)) == conference
    assert await managed(organizing, "first", after=EIGHT_HOURS) is None


@pytest.mark.parametrize("email", [OWNER, OWNER.upper(), OWNER.lower()])
async def test_an_owner_signs_in_in_any_letter_case(organizing: Organizing, email: str) -> None:
    conference = await organizing.create()
    assert await sign_in(organizing, email) == SignedIn(code="cqrs-summit", expires_at=NOW + EIGHT_HOURS)
    assert await managed(organizing, "signed in") == conference
    assert await managed(organizing, "signed in", after=EIGHT_HOURS) is None


async def test_the_code_in_the_route_may_be_in_any_letter_case(organizing: Organizing) -> None:
    conference = await organizing.create(token="first")
    assert await managed(organizing, "first", "CQRS-Summit") == conference


async def test_a_token_given_again_after_a_lost_answer_is_the_same_token(organizing: Organizing) -> None:
    conference = await organizing.create()
    assert await sign_in(organizing) == await sign_in(organizing)
    assert await managed(organizing, "signed in") == conference


@pytest.mark.parametrize(("email", "access_code"), [(OWNER, "ABC235"), ("nobody@example.com", ACCESS_CODE)])
async def test_a_wrong_code_and_an_unknown_e_mail_get_the_same_answer(
    organizing: Organizing, email: str, access_code: str
) -> None:
    await organizing.create()
    assert await sign_in(organizing, email, access_code, token="guessed") is None
    assert await managed(organizing, "guessed") is None


async def test_a_token_is_good_for_its_own_conference_alone(organizing: Organizing) -> None:
    mine = await organizing.create("mine", token="for mine")
    other = await organizing.create("other", token="for other")
    assert await managed(organizing, "for mine", "mine") == mine
    assert await managed(organizing, "for other", "other") == other
    assert await managed(organizing, "for mine", "other") is None
    assert await managed(organizing, "for other", "mine") is None
    assert await managed(organizing, "for mine", "no-such-conference") is None
    assert await managed(organizing, "made up", "mine") is None
    assert await managed(organizing, "", "mine") is None


async def test_an_owner_of_several_conferences_gets_the_one_of_the_access_code(organizing: Organizing) -> None:
    await organizing.create("one", access_code="AAAAAA")
    two = await organizing.create("two", access_code="BBBBBB", owner=OWNER.swapcase())
    signed_in = await sign_in(organizing, access_code="BBBBBB")
    assert signed_in is not None
    assert signed_in.code == "two"
    assert await managed(organizing, "signed in", "two") == two
    assert await managed(organizing, "signed in", "one") is None


async def test_access_codes_and_tokens_are_nowhere_in_the_database(
    organizing: Organizing, database: Database, sql_url: str
) -> None:
    await organizing.create(access_code="QQWWEE", token="the-token-of-creation")
    await sign_in(organizing, access_code="QQWWEE", token="the-token-of-signing-in")
    await database.close()
    path = make_url(sql_url).database
    assert path is not None
    kept = b"".join(file.read_bytes() for file in Path(path).parent.glob("contoso.db*"))
    assert hash_access_code(OWNER, "QQWWEE").encode() in kept
    for secret in (b"QQWWEE", b"the-token-of-creation", b"the-token-of-signing-in"):
        assert secret not in kept


async def test_the_hash_of_an_access_code_hangs_on_its_owner_but_not_on_letter_case() -> None:
    assert hash_access_code(OWNER, "ABC234") == hash_access_code(OWNER.upper(), "ABC234")
    assert hash_access_code(OWNER, "ABC234") != hash_access_code("someone@example.com", "ABC234")
    assert hash_access_code(OWNER, "ABC234") != hash_access_code(OWNER, "ABC235")


async def test_ten_wrong_tries_are_answered_and_no_more_within_a_quarter_of_an_hour(
    organizing: Organizing, clock: Clock
) -> None:
    await organizing.create()
    for number in range(10):
        assert await sign_in(organizing, access_code=f"WRONG{number}") is None
        clock.pass_by(timedelta(seconds=30))
    with pytest.raises(TooManyAttempts) as refusal:
        await sign_in(organizing, access_code="WRONGA")
    assert refusal.value.retry_after == 10 * 60
    with pytest.raises(TooManyAttempts):
        await sign_in(organizing, OWNER.lower())

    clock.pass_by(timedelta(minutes=10) - timedelta(seconds=1))
    with pytest.raises(TooManyAttempts) as refusal:
        await sign_in(organizing)
    assert refusal.value.retry_after == 1
    clock.pass_by(timedelta(seconds=1))
    assert await sign_in(organizing) is not None


async def test_an_unknown_e_mail_is_limited_as_a_known_one(organizing: Organizing) -> None:
    for _ in range(10):
        assert await sign_in(organizing, "nobody@example.com") is None
    with pytest.raises(TooManyAttempts):
        await sign_in(organizing, "nobody@example.com")


async def test_right_tries_are_never_counted(organizing: Organizing) -> None:
    await organizing.create()
    for number in range(25):
        assert await sign_in(organizing, token=f"token {number}") is not None


async def fail(limiter: SqlAttemptLimiter, purpose: str, email: str, client: str = "") -> None:
    async with limiter.guard(purpose, email, client):
        pass


async def test_purposes_and_e_mails_are_counted_apart(organizing: Organizing) -> None:
    for _ in range(10):
        await fail(organizing.limiter, "sign-in", "a@example.com")
    await fail(organizing.limiter, "locate-order", "a@example.com")
    await fail(organizing.limiter, "sign-in", "b@example.com")
    with pytest.raises(TooManyAttempts):
        await fail(organizing.limiter, "sign-in", "A@example.com")


async def test_of_many_wrong_tries_at_the_same_time_ten_are_answered(
    open_database: Callable[[], Database], clock: Clock
) -> None:
    limiters = [SqlAttemptLimiter(open_database(), KeyedHash("secret"), clock=clock) for _ in range(3)]
    results = await asyncio.gather(
        *(fail(limiters[number % 3], "sign-in", "a@example.com") for number in range(30)), return_exceptions=True
    )
    assert sum(result is None for result in results) == 10
    assert sum(isinstance(result, TooManyAttempts) for result in results) == 20


async def test_a_try_that_could_not_be_made_is_not_counted(organizing: Organizing) -> None:
    for _ in range(12):
        with pytest.raises(Unavailable):
            async with organizing.limiter.guard("sign-in", "a@example.com", "192.0.2.1"):
                raise Unavailable("no store")
    await fail(organizing.limiter, "sign-in", "a@example.com")


async def test_wrong_tries_of_the_last_quarter_of_an_hour_count_and_older_ones_do_not(
    organizing: Organizing, clock: Clock
) -> None:
    for _ in range(9):
        await fail(organizing.limiter, "sign-in", "a@example.com")
    clock.pass_by(QUARTER_OF_AN_HOUR)
    for _ in range(10):
        await fail(organizing.limiter, "sign-in", "a@example.com")
    with pytest.raises(TooManyAttempts) as refusal:
        await fail(organizing.limiter, "sign-in", "a@example.com")
    assert refusal.value.retry_after == 15 * 60


async def test_one_client_guesses_at_many_addresses_for_a_while_only(organizing: Organizing, clock: Clock) -> None:
    for number in range(25):
        await fail(organizing.limiter, "sign-in", f"{number}@example.com", CLIENT)
    with pytest.raises(TooManyAttempts):
        await fail(organizing.limiter, "sign-in", "another@example.com", CLIENT)
    await fail(organizing.limiter, "sign-in", "another@example.com", "192.0.2.2")
    await fail(organizing.limiter, "sign-in", "another@example.com", "")
    clock.pass_by(QUARTER_OF_AN_HOUR)
    await fail(organizing.limiter, "sign-in", "another@example.com", CLIENT)


async def test_no_address_stands_in_the_table_of_wrong_tries(organizing: Organizing, database: Database) -> None:
    await fail(organizing.limiter, "sign-in", "olive@example.com", CLIENT)
    rows = await database.read(lambda connection: connection.execute(text("SELECT * FROM wrong_tries")).all())
    assert len(rows) == 2
    assert not any(plain in str(rows) for plain in ("olive", CLIENT))


async def test_an_error_of_the_database_tells_the_logs_no_e_mail_address(
    organizing: Organizing, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await database.write(lambda connection: connection.execute(text("ALTER TABLE conferences RENAME TO lost")))

    @operation
    async def sign_in_over_http(req: func.HttpRequest) -> func.HttpResponse:
        await sign_in(organizing)
        return func.HttpResponse()

    answer = await sign_in_over_http(func.HttpRequest("POST", "http://site/api/management/sign-in", body=b""))
    assert answer.status_code == 500
    assert "no such table: conferences" in caplog.text
    assert OWNER.casefold() not in caplog.text.casefold()

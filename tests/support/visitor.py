"""Somebody in front of a browser, in the words of the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, Route, ViewportSize, expect

from tests.support.api import Json
from tests.support.patience import PATIENCE_SECONDS

Theme = Literal["light", "dark"]
Language = Literal["en", "de"]

# What appears, fades or changes its colour has done so; what turns for ever goes on.
_END_OF_MOTION = """() => document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
  .forEach((each) => each.finish())"""
# By then the page has made of earlier answers what it does.
_ROUND_TRIP = "() => fetch('/api/health/live').then((answer) => answer.text())"
_LOUD = ("error", "warning")
# Chromium writes this for every answer of 400 and above; the site says those in words, and faults of its own are seen
# by `_answered`.
_ANSWERS_IN_THE_CONSOLE = "Failed to load resource"


class Visitor:
    """One browser window of somebody's own. `faults` collects what the browser complained of."""

    def __init__(self, browser: Browser, site: str, **options: Any) -> None:
        """`options` are those of a Playwright context: viewport, color_scheme, locale, permissions."""
        self.context = browser.new_context(base_url=site, **{"locale": "en-US", **options})
        self.context.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.context.set_default_navigation_timeout(PATIENCE_SECONDS * 1000)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self._is_in_trouble = False
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))
        self.page.on("response", self._answered)

    def close(self) -> None:
        """Close the window. Raises AssertionError if the browser complained of anything."""
        self.context.close()
        assert not self.faults, self.faults

    def _said(self, message: ConsoleMessage) -> None:
        expected = message.text.startswith(_ANSWERS_IN_THE_CONSOLE) or self._is_in_trouble
        if message.type in _LOUD and not expected:
            self.faults.append(f"{message.type} at {self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        is_call = response.request.resource_type == "fetch"
        is_fault = response.status >= 500 or (response.status >= 400 and not is_call)
        if is_fault and not self._is_in_trouble:
            self.faults.append(f"{response.status} for {response.url}")

    # Getting around

    def opens(self, path: str) -> Response:
        """Load a page of the site, and wait until it is there."""
        response = self.page.goto(path)
        assert response is not None
        self.waits_for_the_page()
        return response

    def reloads(self) -> None:
        """Load the present page again."""
        self.page.reload()
        self.waits_for_the_page()

    def looks(self, *, size: ViewportSize, theme: Theme) -> None:
        """Have a window of this size, on a device of this theme; nothing is on its way to its colour afterwards."""
        self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme=theme)
        self.page.evaluate(_END_OF_MOTION)

    def speaks(self, language: Language) -> None:
        """Have the site in this language, and wait until the page is made anew in it."""
        before = self.page.locator("h1").element_handle()
        self.page.locator("#language").select_option(language)
        self.page.wait_for_function("(heading) => !heading.isConnected", arg=before)
        self.waits_for_the_page()

    def waits_for_the_page(self) -> None:
        """Wait until the page is no longer being made, and all that it shows has come."""
        expect(self.page.locator("main:not([aria-busy]) h1")).to_be_visible()
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)

    def sees(self, heading: str) -> None:
        """Wait until the page has this heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def reads(self, text: str) -> None:
        """Wait until the page says this."""
        expect(self.page.locator("main").get_by_text(text).first).to_be_visible()

    def presses(self, button: str) -> None:
        """Press the button of exactly this name."""
        self.button(button).click()

    def follows(self, link: str) -> None:
        """Follow the link of exactly this name in the page."""
        self.page.locator("main").get_by_role("link", name=link, exact=True).click()

    def fills(self, **fields: str) -> None:
        """Type into the fields of these ids."""
        for name, text in fields.items():
            self.page.locator(f"[id='{name}']").fill(text)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @contextmanager
    def offline(self) -> Iterator[None]:
        """Without network for as long as the context lasts."""
        with self._in_trouble():
            self.context.set_offline(True)
            expect(self.page.locator("#offline")).to_be_visible()
            yield
            self.context.set_offline(False)
            expect(self.page.locator("#offline")).to_be_hidden()

    @contextmanager
    def answered(self, calls: str, status: int, body: object = None) -> Iterator[None]:
        """Every call that matches the pattern gets this answer, for as long as the context lasts."""

        def answer(route: Route) -> None:
            route.fulfill(status=status, json={} if body is None else body)

        with self._in_trouble():
            self.page.route(calls, answer)
            yield
            self.page.unroute(calls, answer)

    @contextmanager
    def unanswered(self, call: str, act: Callable[[], None]) -> Iterator[None]:
        """`act` makes a call that matches the pattern, which has its answer only when the context ends."""
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        self.page.route(call, hold, times=1)
        with self.page.expect_request(call):
            act()
        yield
        (route,) = held
        with self.page.expect_response(call) as answer:
            route.continue_()
        answer.value.finished()
        self.page.evaluate(_ROUND_TRIP)

    @contextmanager
    def _in_trouble(self) -> Iterator[None]:
        """What the browser complains of meanwhile is no fault of the site."""
        self._is_in_trouble = True
        yield
        self._is_in_trouble = False

    # Registering

    def chooses(self, seats: Mapping[str, int]) -> None:
        """Type how many seats of each kind."""
        for name, quantity in seats.items():
            self.seats_of(name).fill(str(quantity))

    def asks_for(self, code: str, seats: Mapping[str, int]) -> None:
        """From the conference's page to the checkout."""
        self.opens(f"/conferences/{code}")
        self.chooses(seats)
        self.presses("Continue")
        self.sees("Almost there")

    def says_who_she_is(self, person: Json) -> None:
        """Fill in the checkout."""
        self.fills(**person)

    def goes_to_pay(self) -> None:
        """From the checkout to the processor."""
        self.presses("Proceed to payment")
        self.sees("Confirm your payment")

    def pays(self, person: Json) -> str:
        """From the checkout to the thank-you page, and the access code on it."""
        self.says_who_she_is(person)
        self.goes_to_pay()
        self.presses("Accept payment")
        self.sees(f"See you there, {person['firstName']}!")
        return self.access_code()

    def seats_of(self, name: str) -> Locator:
        """The number of seats of a kind."""
        return self.page.get_by_role("spinbutton", name=name, exact=True)

    def access_code(self) -> str:
        """The code that the page shows."""
        return self.page.locator("#access-code").inner_text()

    def order_id(self) -> str:
        """The order whose page this is."""
        return self.page.url.partition("/orders/")[2].partition("/")[0].partition("?")[0]

    # Organizing

    def signs_in(self, email: str, access_code: str) -> None:
        """Sign in as an organizer, and arrive at the overview."""
        self.opens("/organizer")
        self.fills(email=email, accessCode=access_code)
        self.presses("Sign in")
        self.sees("Overview")

    def describes_a_conference(self, details: Mapping[str, str]) -> None:
        """Fill in the form for a new one, in the order of the page: the name suggests the address."""
        self.opens("/organizer/create/conference")
        self.fills(**{name: text for name, text in details.items() if name != "slug"}, slug=details["slug"])

    def creates_a_conference(self, details: Mapping[str, str]) -> str:
        """Fill in the form and send it; the access code that is shown once."""
        self.describes_a_conference(details)
        expect(self.page.locator("#slug-check")).to_contain_text("seems to be free")
        self.presses("Create the conference")
        self.sees(f"{details['name']} is created")
        return self.access_code()


# A fixture that lets somebody else come to the site; its options are those of Visitor.
NewVisitor = Callable[..., Visitor]

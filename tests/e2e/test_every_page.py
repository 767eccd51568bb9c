"""What holds for every page: anybody can use it, on any screen, and it does nothing but what it should."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Error, expect

from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.looks import DESKTOP, NARROWEST, fits_in_german, is_for_everybody, printed
from tests.support.showcase import PAGES, Showcase, showcase
from tests.support.stack import PROJECT_ROOT, Stack
from tests.support.visitor import Visitor
from tests.support.web_checks import type_check

MOST_SHIFT = 0.1

# The sum of all shifts is never less than what Chromium calls cumulative layout shift.
SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) sum += value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
})"""
CUT_OFF = """() => [...document.querySelectorAll("html, .table-scroll")]
  .filter((each) => each.scrollWidth > each.clientWidth).length"""
INK = "() => getComputedStyle(document.body).color"
on_paper = pytest.mark.parametrize("on_paper", ["assign-seats", "thank-you", "checkout", "orders"])
every_page = pytest.mark.parametrize("page", PAGES)


@dataclass(frozen=True, slots=True)
class Opened:
    """A page that was opened on a desktop computer in daylight, and how much of it moved meanwhile."""

    visitor: Visitor
    name: str
    shift: float


@pytest.fixture(scope="module")
def shown(api: Api, bus: BusInspector) -> Showcase:
    return showcase(api, bus)


@pytest.fixture(scope="module")
def organizer(browser: Browser, stack: Stack, shown: Showcase) -> Iterator[Visitor]:
    """She is signed in to her own conference, and has a look at everything."""
    visitor = Visitor(browser, stack.web_url)
    visitor.signs_in(shown.conference.owner_email, shown.conference.access_code)
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def german_organizer(browser: Browser, stack: Stack, shown: Showcase) -> Iterator[Visitor]:
    """Likewise, with a telephone that speaks German."""
    visitor = Visitor(browser, stack.web_url, viewport=NARROWEST.size, locale="de-DE")
    visitor.opens("/organizer")
    visitor.fills(email=shown.conference.owner_email, accessCode=shown.conference.access_code)
    visitor.presses("Anmelden")
    visitor.sees("Übersicht")
    yield visitor
    visitor.close()


@pytest.fixture(scope="module", params=PAGES)
def opened(organizer: Visitor, shown: Showcase, request: pytest.FixtureRequest) -> Iterator[Opened]:
    """A page, for all tests that look at it. Afterwards no browser may have complained."""
    organizer.faults.clear()
    organizer.looks(size=DESKTOP.size, theme=DESKTOP.theme)
    organizer.opens(shown.address_of(request.param))
    yield Opened(organizer, request.param, organizer.page.evaluate(SHIFT))
    assert organizer.faults == []


def test_it_stays_put_and_has_a_title_of_its_own(opened: Opened) -> None:
    assert opened.shift < MOST_SHIFT
    expect(opened.visitor.page).to_have_title(re.compile(".+ · Contoso Conferences"))
    expect(opened.visitor.page.locator("h1")).to_have_count(1)


def test_it_shuts_nobody_out_and_fits_every_screen(opened: Opened) -> None:
    is_for_everybody(opened.visitor, opened.name)


@every_page
def test_german_words_fit_the_narrowest_screen(german_organizer: Visitor, shown: Showcase, page: str) -> None:
    german_organizer.opens(shown.address_of(page))
    fits_in_german(german_organizer, page)


@every_page
def test_it_may_not_load_or_run_what_is_not_ours(organizer: Visitor, shown: Showcase, page: str) -> None:
    answer = organizer.context.request.get(shown.address_of(page))
    policy = answer.headers["content-security-policy"]
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert "unsafe" not in policy


@on_paper
def test_paper_has_the_whole_page_and_nothing_around_it(organizer: Visitor, shown: Showcase, on_paper: str) -> None:
    organizer.opens(shown.address_of(on_paper))
    with printed(organizer, on_paper):
        assert organizer.page.evaluate(CUT_OFF) == 0
        for around in (".site-header", ".site-footer", ".toolbar", ".actions", ".tabs", ".pager"):
            for each in organizer.page.locator(around).all():
                expect(each).to_be_hidden()


def test_paper_is_white_and_ink_dark_even_where_dark_was_chosen(visitor: Visitor, shown: Showcase) -> None:
    visitor.opens(shown.address_of("thank-you"))
    by_day = visitor.page.evaluate(INK)
    visitor.page.locator("#theme").select_option("dark")
    assert visitor.page.evaluate(INK) != by_day
    visitor.page.emulate_media(media="print", color_scheme="dark")
    assert visitor.page.evaluate(INK) == by_day


def test_a_script_from_elsewhere_does_not_run(visitor: Visitor) -> None:
    visitor.opens("/")
    with pytest.raises(Error, match="TrustedScript"):
        visitor.page.evaluate("() => { document.createElement('script').textContent = 'document.title = 1'; }")
    assert "TrustedScript" in visitor.faults.pop()


def test_the_colours_can_be_chosen_and_are_remembered(visitor: Visitor) -> None:
    visitor.opens("/")
    light = visitor.page.evaluate(INK)
    visitor.page.locator("#theme").select_option("dark")
    visitor.reloads()
    assert visitor.page.evaluate(INK) != light


def test_the_types_fit() -> None:
    assert type_check(PROJECT_ROOT / "web/tsconfig.json") == ""

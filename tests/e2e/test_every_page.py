"""What holds for every page: anybody can use it, on any screen, and it does nothing but what it should."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, ViewportSize, expect

from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.showcase import PAGES, Showcase, showcase
from tests.support.stack import PROJECT_ROOT, Stack
from tests.support.visitor import Theme, Visitor
from tests.support.web_checks import axe_script, type_check

SCREENSHOTS = PROJECT_ROOT / "test-results/screenshots"
DESKTOP: ViewportSize = {"width": 1280, "height": 860}
LOOKS: dict[str, tuple[ViewportSize, Theme]] = {
    "desktop": (DESKTOP, "light"),
    "dark": (DESKTOP, "dark"),
    "phone": ({"width": 390, "height": 844}, "light"),
    "narrowest": ({"width": 320, "height": 640}, "light"),
}
MOST_SHIFT = 0.1
MOST_BYTES = 100 * 1024
GUIDELINES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

AXE = """async (guidelines) => {
  const { violations } = await axe.run(document, { runOnly: guidelines });
  return violations.map(({ id, nodes }) => [id, ...nodes.map((node) => `${node.target}: ${node.failureSummary}`)]);
}"""
# The sum of all shifts is never less than what Chromium calls cumulative layout shift.
SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) sum += value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
})"""
# What the API answers is left out: it grows with the number of conferences that other tests have made.
BYTES = """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .filter(({ name }) => !new URL(name).pathname.startsWith("/api/"))
  .map(({ name, transferSize }) => [name, transferSize])"""
OVERFLOW = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
every_page = pytest.mark.parametrize("page", PAGES)


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


@pytest.fixture
def at_a_page(organizer: Visitor, shown: Showcase, page: str) -> Iterator[Visitor]:
    """She has opened `page` on a desktop computer in daylight. Afterwards no browser may have complained."""
    organizer.faults.clear()
    organizer.looks(size=DESKTOP, theme="light")
    organizer.opens(shown.address_of(page))
    expect(organizer.page.locator("[aria-busy=true]")).to_have_count(0)
    yield organizer
    assert organizer.faults == []


@every_page
def test_nobody_is_shut_out_in_either_theme(at_a_page: Visitor, page: str) -> None:
    at_a_page.page.evaluate(axe_script() + "\n;null")
    for size, theme in (LOOKS["desktop"], LOOKS["dark"]):
        at_a_page.looks(size=size, theme=theme)
        assert at_a_page.page.evaluate(AXE, GUIDELINES) == [], f"{page} in {theme}"


@every_page
def test_it_fits_every_screen(at_a_page: Visitor, page: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for look, (size, theme) in LOOKS.items():
        at_a_page.looks(size=size, theme=theme)
        assert at_a_page.page.evaluate(OVERFLOW) <= 0, f"{page} scrolls sideways on {look}"
        at_a_page.page.screenshot(path=SCREENSHOTS / f"{page}-{look}.png", full_page=True)


@every_page
def test_it_stays_put_and_has_a_title_of_its_own(at_a_page: Visitor, page: str) -> None:
    assert at_a_page.page.evaluate(SHIFT) < MOST_SHIFT
    expect(at_a_page.page).to_have_title(re.compile(".+ · Contoso Conferences"))
    expect(at_a_page.page.locator("h1")).to_have_count(1)


@every_page
def test_it_may_not_load_or_run_what_is_not_ours(visitor: Visitor, shown: Showcase, page: str) -> None:
    answer = visitor.context.request.get(shown.address_of(page))
    policy = answer.headers["content-security-policy"]
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert "unsafe" not in policy


def test_a_script_from_elsewhere_does_not_run(visitor: Visitor) -> None:
    visitor.opens("/")
    with pytest.raises(Error, match="TrustedScript"):
        visitor.page.evaluate("() => { document.createElement('script').textContent = 'document.title = 1'; }")
    assert "TrustedScript" in visitor.faults.pop()


def test_the_first_page_weighs_little(visitor: Visitor) -> None:
    visitor.opens("/")
    loaded: list[tuple[str, int]] = visitor.page.evaluate(BYTES)
    assert any(name.endswith("/app/main.js") for name, _ in loaded)
    assert 0 < sum(size for _, size in loaded) < MOST_BYTES, sorted(loaded, key=lambda each: -each[1])


def test_the_colours_can_be_chosen_and_are_remembered(visitor: Visitor) -> None:
    visitor.opens("/")
    ink = "() => getComputedStyle(document.body).color"
    light = visitor.page.evaluate(ink)
    visitor.page.locator("#theme").select_option("dark")
    visitor.reloads()
    assert visitor.page.evaluate(ink) != light


def test_the_site_speaks_german_and_remembers_it(visitor: Visitor, shown: Showcase) -> None:
    visitor.opens(shown.address_of("conference"))
    visitor.page.locator("#language").select_option("de")
    _is_german(visitor)
    visitor.reloads()
    _is_german(visitor)


def _is_german(visitor: Visitor) -> None:
    expect(visitor.page.locator("html")).to_have_attribute("lang", "de")
    expect(visitor.page.locator("#total")).to_have_text(re.compile("0,00.\\$"))


def test_the_types_fit() -> None:
    assert type_check(PROJECT_ROOT / "web/tsconfig.json") == ""

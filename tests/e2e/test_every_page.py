"""What holds for every page: anybody can use it, on any screen, and it does nothing but what it should."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, ViewportSize, expect

from tests.support.api import Api
from tests.support.showcase import PAGES, Showcase, showcase
from tests.support.stack import PROJECT_ROOT, Stack
from tests.support.visitor import Visitor
from tests.support.web_checks import axe_script, type_check

SCREENSHOTS = PROJECT_ROOT / "test-results/screenshots"
DESKTOP: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROWEST: ViewportSize = {"width": 320, "height": 640}
MOST_SHIFT = 0.1
MOST_BYTES = 100 * 1024
GUIDELINES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Colours on their way from one theme to the other are nobody's fault.
AXE = """async (guidelines) => {
  await Promise.all(document.getAnimations().map((animation) => animation.finished));
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
def shown(api: Api) -> Showcase:
    return showcase(api)


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
    organizer.page.set_viewport_size(DESKTOP)
    organizer.page.emulate_media(color_scheme="light")
    organizer.opens(shown.address_of(page))
    expect(organizer.page.locator("[aria-busy=true]")).to_have_count(0)
    yield organizer
    assert organizer.faults == []


@every_page
def test_nobody_is_shut_out_in_either_theme(at_a_page: Visitor, page: str) -> None:
    at_a_page.page.evaluate(axe_script() + "\n;null")
    for theme in ("light", "dark"):
        at_a_page.page.emulate_media(color_scheme=theme)
        assert at_a_page.page.evaluate(AXE, GUIDELINES) == [], f"{page} in {theme}"


@every_page
def test_it_fits_every_screen(at_a_page: Visitor, page: str) -> None:
    looks: dict[str, tuple[ViewportSize, str]] = {
        "desktop": (DESKTOP, "light"),
        "dark": (DESKTOP, "dark"),
        "phone": (PHONE, "light"),
        "narrowest": (NARROWEST, "light"),
    }
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for look, (size, theme) in looks.items():
        at_a_page.page.set_viewport_size(size)
        at_a_page.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        assert at_a_page.page.evaluate(OVERFLOW) <= 0, f"{page} scrolls sideways on {look}"
        at_a_page.page.screenshot(path=SCREENSHOTS / f"{page}-{look}.png")


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


def test_the_types_fit() -> None:
    assert type_check(PROJECT_ROOT / "web/tsconfig.json") == ""

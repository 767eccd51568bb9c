"""How a page looks, and to whom: every screen, both themes, and those who do not see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import ViewportSize, expect

from tests.support.stack import PROJECT_ROOT
from tests.support.visitor import Theme, Visitor
from tests.support.web_checks import axe_script

SCREENSHOTS = PROJECT_ROOT / "test-results/screenshots"
GUIDELINES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_AXE = """async (guidelines) => {
  const { violations } = await axe.run(document, { runOnly: guidelines });
  return violations.map(({ id, nodes }) => [id, ...nodes.map((node) => `${node.target}: ${node.failureSummary}`)]);
}"""
_AXE_IS_HERE = "() => typeof axe !== 'undefined'"
_END_OF_MOTION = """() => document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
  .forEach((each) => each.finish())"""
_MEASURES = """() => {
  const { clientWidth, scrollWidth, scrollHeight } = document.documentElement;
  return [clientWidth, scrollHeight, scrollWidth - clientWidth];
}"""


@dataclass(frozen=True, slots=True)
class Look:
    """A screen in a theme; screenshots are named after it."""

    name: str
    size: ViewportSize
    theme: Theme = "light"


DESKTOP = Look("desktop", {"width": 1280, "height": 860})
DARK = Look("dark", {"width": 1280, "height": 860}, "dark")
PHONE = Look("phone", {"width": 390, "height": 844})
NARROWEST = Look("narrowest", {"width": 320, "height": 640})
GERMAN = Look("german", {"width": 320, "height": 640})
PAPER: ViewportSize = {"width": 794, "height": 1123}


def is_for_everybody(visitor: Visitor, what: str) -> None:
    """Assert that axe-core finds nothing in either theme and that no screen is too narrow; take pictures of it."""
    for look in (DARK, PHONE, NARROWEST, DESKTOP):
        visitor.looks(size=look.size, theme=look.theme)
        visitor.page.evaluate(_END_OF_MOTION)
        _fits(visitor, what, look)
        if look in (DARK, DESKTOP):
            assert _violations(visitor) == [], f"{what}, {look.name}"


def _violations(visitor: Visitor) -> list[list[str]]:
    if not visitor.page.evaluate(_AXE_IS_HERE):
        visitor.page.evaluate(axe_script() + "\n;null")
    found: list[list[str]] = visitor.page.evaluate(_AXE, GUIDELINES)
    return found


def _fits(visitor: Visitor, what: str, look: Look) -> None:
    """Assert that nothing has to be scrolled sideways, and take a picture."""
    width, height, over = visitor.page.evaluate(_MEASURES)
    assert over <= 0, f"{what} scrolls sideways on {look.name}"
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    # As high as the page, or what sticks to the end of the screen would lie across the middle of the picture.
    visitor.page.set_viewport_size({"width": width, "height": height})
    visitor.page.screenshot(path=SCREENSHOTS / f"{what}-{look.name}.png", full_page=True)


def fits_in_german(visitor: Visitor, what: str) -> None:
    """Assert that German words, which are long, fit the narrowest screen."""
    expect(visitor.page.locator("html")).to_have_attribute("lang", "de")
    visitor.looks(size=GERMAN.size, theme=GERMAN.theme)
    _fits(visitor, what, GERMAN)


@contextmanager
def printed(visitor: Visitor, what: str) -> Iterator[None]:
    """What is on the screen is on paper, for as long as the context lasts; takes a picture of it."""
    visitor.page.set_viewport_size(PAPER)
    visitor.page.emulate_media(media="print")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    visitor.page.screenshot(path=SCREENSHOTS / f"{what}-paper.png", full_page=True)
    yield
    visitor.page.emulate_media(media="screen")

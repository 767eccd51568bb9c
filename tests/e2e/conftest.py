"""A browser, and people in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.support.bus import BusInspector
from tests.support.chromium import ARGUMENTS, chromium
from tests.support.patience import PATIENCE_SECONDS
from tests.support.stack import Stack
from tests.support.visitor import NewVisitor, Visitor


@pytest.fixture(scope="session")
def chromium_path() -> str:
    return chromium()


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """For a module, not a session: while Playwright runs, no asyncio test can run in the same process."""
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_visitor(browser: Browser, stack: Stack) -> Iterator[NewVisitor]:
    """Lets somebody come to the site. After the test no browser may have complained of anything."""
    with ExitStack() as windows:

        def comes(**options: Any) -> Visitor:
            visitor = Visitor(browser, stack.web_url, **options)
            windows.callback(visitor.close)
            return visitor

        yield comes


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    """Somebody with a desktop computer."""
    return new_visitor()


@pytest.fixture(scope="session")
def bus(stack: Stack) -> Iterator[BusInspector]:
    inspector = BusInspector(stack.bus_connection)
    yield inspector
    inspector.close()

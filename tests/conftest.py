"""One local Azure for all tests of a session that need one."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest

from tests.support.api import Api
from tests.support.stack import Stack, running_stack

_STACK_FIXTURES = ("stack", "hasty_stack", "faulty_stack")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The local Azure with the settings of production; started for the first test that asks for it."""
    with running_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="session")
def hasty_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A local Azure where a reservation lasts for seconds."""
    hasty = {"RESERVATION_EXPIRY_SECONDS": 4, "RESERVATION_GRACE_SECONDS": 1}
    with running_stack(tmp_path_factory.mktemp("hasty-stack"), **hasty) as running:
        yield running


@pytest.fixture(scope="session")
def api(stack: Stack) -> Iterator[Api]:
    """A client of the API, which holds every answer against the contract."""
    client = Api(stack.api_url)
    yield client
    client.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the end of the stack's logs to the report of a test that failed on one."""
    report = yield
    arguments = getattr(item, "funcargs", {})
    for name in _STACK_FIXTURES:
        if report.failed and isinstance(running := arguments.get(name), Stack):
            report.sections.append((f"the end of the logs of {name}", running.logs()))
    return report

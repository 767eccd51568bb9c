"""One local Azure for all tests of a session that need one, and the profile of Hypothesis."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest

from tests.support import examples
from tests.support.api import Api
from tests.support.stack import Stack, running_stack

examples.settle()


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first, then what takes long; simulations compute, and browsers wait, beside what is left."""
    items.sort(key=turn)


def turn(item: pytest.Item) -> int:
    """When a test has its turn; those with the same stay in order."""
    turns = {"tests/unit": 0, "tests/simulation": 3, "tests/e2e": 4}
    of_its_place = next((turns[place] for place in turns if item.nodeid.startswith(place)), None)
    if of_its_place is not None:
        return of_its_place
    return 2 if item.get_closest_marker("takes_long") is None else 1


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the end of the stack's logs to the report of a test that failed on one."""
    report = yield
    for name, argument in getattr(item, "funcargs", {}).items():
        if report.failed and isinstance(argument, Stack):
            report.sections.append((f"the end of the logs of {name}", argument.logs()))
    return report

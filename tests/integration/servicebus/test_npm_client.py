"""The JavaScript client's view: every test of `npm/conformance.test.cjs`, run once by Node, is a test here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import node_packages

from .conftest import KEY, BrokerProcess

SUITE = Path(__file__).parent / "npm/conformance.test.cjs"


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each test of the suite complained of, with a broker of its own that checks keys."""
    broker = BrokerProcess(tmp_path_factory.mktemp("npm"), "--key", KEY)
    broker.start()
    settings = {
        "SERVICEBUS_CONNECTION": broker.connection_string(),
        "SERVICEBUS_WRONG_CONNECTION": broker.connection_string("d3Jvbmc="),
    }
    try:
        return node_packages.run_tests(SUITE, settings)
    finally:
        assert broker.stop() == 0


@pytest.mark.parametrize("name", node_packages.test_names(SUITE))
def test_the_javascript_client(outcomes: dict[str, str], name: str) -> None:
    assert outcomes[name] == ""

"""The JavaScript client's view: every test of `npm/conformance.test.cjs`, run once by Node, is a test here."""

from pathlib import Path

import pytest
from azure.cosmos import CosmosClient, PartitionKey

from tests.support import node_packages

SUITE = Path(__file__).parent / "npm/conformance.test.cjs"
KEY = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw=="


@pytest.fixture(scope="module")
def outcomes(start_shared_server):
    faulty = {
        "COSMOS_THROTTLING_URL": start_shared_server("--throttle-percent", "30"),
        "COSMOS_ALWAYS_THROTTLING_URL": start_shared_server("--throttle-percent", "100"),
        "COSMOS_UNAVAILABLE_URL": start_shared_server("--unavailable-percent", "100"),
    }
    for server in faulty.values():
        with CosmosClient(server.url, KEY) as client:
            client.create_database("d").create_container("c", PartitionKey(path="/streamId"))
    urls = {name: server.url for name, server in faulty.items()}
    return node_packages.run_tests(SUITE, {"COSMOS_URL": start_shared_server().url, "COSMOS_KEY": KEY, **urls})


@pytest.mark.parametrize("name", node_packages.test_names(SUITE))
def test_the_javascript_client(outcomes, name):
    assert outcomes[name] == ""

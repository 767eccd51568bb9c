"""Request units by the examples of their source: learn.microsoft.com, "Understand request unit consumption"."""

from __future__ import annotations

import pytest

from local.cosmos.charges import WriteCharges, feed_charge, patch_charge, query_charge, read_charge

KIB = 1024
EVERYTHING = {"indexingPolicy": {"includedPaths": [{"path": "/*"}]}}
NAMED = {
    "indexingPolicy": {"includedPaths": [{"path": "/version/?"}, {"path": "/pending/?"}], "excludedPaths": []},
    "uniqueKeyPolicy": {"uniqueKeys": [{"paths": ["/version"]}]},
}


@pytest.mark.parametrize(("size", "charge"), [(10, 1.0), (KIB, 1.0), (64 * KIB, 4.76), (3 * KIB, 1.09)])
def test_a_read_costs_by_size(size: int, charge: float) -> None:
    assert read_charge(size) == pytest.approx(charge)


def test_beyond_the_largest_document_nothing_costs_more() -> None:
    assert read_charge(5 * KIB * KIB) == read_charge(2 * KIB * KIB)


def test_five_small_documents_of_a_feed_cost_what_five_reads_cost() -> None:
    assert feed_charge([b"x" * KIB] * 5) == pytest.approx(5)


def test_a_query_that_finds_nothing_has_its_price() -> None:
    assert query_charge([]) == pytest.approx(2.3)
    assert query_charge([b"x" * KIB]) == pytest.approx(3.3)


def test_a_creation_costs_by_size_and_indexed_values() -> None:
    document = {f"property{number}": number for number in range(10)}
    assert WriteCharges(EVERYTHING).create(KIB, document) == pytest.approx(4.95 + 0.2 * 10)


def test_values_inside_arrays_and_objects_are_indexed_too() -> None:
    document = {"seats": [{"type": "a"}, {"type": "b"}], "owner": {"name": "x"}}
    assert WriteCharges(EVERYTHING).create(KIB, document) == pytest.approx(4.95 + 0.2 * 3)


def test_only_what_the_policy_names_is_indexed_and_a_unique_key_is_not_counted_twice() -> None:
    document = {"version": 1, "pending": True, "payload": {"a": 1, "b": 2}}
    assert WriteCharges(NAMED).create(KIB, document) == pytest.approx(4.95 + 0.2 * 2)


def test_a_replacement_is_a_deletion_and_an_insertion_of_what_differs() -> None:
    old = {"version": 1, "pending": True}
    assert WriteCharges(NAMED).replace(KIB, old, KIB, old) == pytest.approx(2 * 4.95)
    assert WriteCharges(NAMED).replace(KIB, old, KIB, old | {"pending": False}) == pytest.approx(2 * 4.95 + 0.2 * 2)


def test_a_patch_costs_a_little_more_than_a_replacement() -> None:
    assert patch_charge(10.3, operations=2) == pytest.approx(11.1)


def test_a_container_without_index_costs_by_size_alone() -> None:
    bare = {"indexingPolicy": {"indexingMode": "none", "includedPaths": [{"path": "/*"}]}}
    assert WriteCharges(bare).create(KIB, {"a": 1}) == pytest.approx(4.95)

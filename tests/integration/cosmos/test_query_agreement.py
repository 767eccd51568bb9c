"""SQLite and the interpreter decide alike: whatever a query asks, and whatever mixture of types it meets.

The interpreter alone, on all documents, is held to be right: it follows the language rule by rule.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.cosmos.catalog import Catalog
from local.cosmos.documents import Documents
from local.cosmos.feeds import Scope
from local.cosmos.queries import QueryRequest, QueryRun
from local.cosmos.query_interpreter import Interpreter
from local.cosmos.query_parser import parse_query
from local.cosmos.query_values import canonical, rank, undefined
from local.cosmos.storage import Storage

SCALARS = (None, True, False, 0, 1, 1.5, -2, "", "a", "A", "ab", "b", "1")
VALUES = (*SCALARS, [], [1], [True], ["a"], {}, {"z": 1}, {"z": None}, {"z": "a"})
PATHS = ("c.x", "c.y", "c.x.z", "c['y'][0]", "c.id", "c.p", "c._ts", "c.absent")
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
TESTS = ("IS_DEFINED", "IS_NULL", "IS_BOOL", "IS_NUMBER", "IS_STRING", "IS_ARRAY", "IS_OBJECT", "IS_PRIMITIVE")

path = st.sampled_from(PATHS)
constant = st.sampled_from(SCALARS).map(lambda value: msgspec.json.encode(value).decode()) | st.sampled_from(
    [f"@v{number}" for number in range(len(VALUES))]
)
PARAMETERS = {f"@v{number}": value for number, value in enumerate(VALUES)}
leaf = st.one_of(
    st.builds("{} {} {}".format, path, st.sampled_from(COMPARISONS), constant),
    st.builds("{} {} {}".format, constant, st.sampled_from(COMPARISONS), path),
    st.builds("{} {} {}".format, path, st.sampled_from(COMPARISONS), path),
    st.builds("{} BETWEEN {} AND {}".format, path, constant, constant),
    st.builds("{} {}IN ({}, {})".format, path, st.sampled_from(["", "NOT "]), constant, constant),
    st.builds("{}({})".format, st.sampled_from(TESTS), path),
    st.builds("{}({}, {})".format, st.sampled_from(["STARTSWITH", "ENDSWITH", "CONTAINS"]), path, constant),
    st.builds("ARRAY_CONTAINS({}, {})".format, st.sampled_from(["@v15", "@v16", "c.x", "['1', '2']"]), path),
    path,
)
condition = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("NOT ({})".format, inner),
    ),
    max_leaves=4,
)
select = st.sampled_from(["*", "c.x, c.y AS other", "VALUE c.x", "VALUE COUNT(1)", "VALUE COUNT(c.x)", "c.id, c"])
order = st.sampled_from(["", " ORDER BY c.x", " ORDER BY c.y DESC", " ORDER BY c.id DESC", " ORDER BY c.x DESC, c.y"])
POLICY = {
    "includedPaths": [{"path": "/*"}, {"path": "/x/?"}],
    "excludedPaths": [],
    "compositeIndexes": [[{"path": "/x", "order": "descending"}, {"path": "/y"}]],
}


@pytest.fixture
async def documents(tmp_path: Path) -> AsyncIterator[Documents]:
    """Every pair of values of `x` and `y`, and each without the other."""
    storage = Storage(tmp_path / "cosmos.db", "NORMAL")
    catalog = Catalog(storage)
    await catalog.create_database({"id": "d"})
    given_settings = {"id": "c", "partitionKey": {"paths": ["/p"]}, "indexingPolicy": POLICY}
    await catalog.create_container(catalog.database("d"), given_settings)
    documents = catalog.documents("d", "c")
    bodies = [{"x": x, "y": y} for x in VALUES for y in VALUES]
    bodies += [{"x": x} for x in VALUES] + [{"y": y} for y in VALUES] + [{}]
    for number, body in enumerate(bodies):
        body |= {"id": str(number), **({} if number % 7 == 0 else {"p": VALUES[number % len(SCALARS)]})}
        raw = msgspec.json.encode(body)
        partition = documents.container.partition_of(body)
        await storage.write(lambda partition=partition, raw=raw: documents.create(partition, raw))
    yield documents
    storage.close()


def place_in_order(value: Any) -> tuple[int, Any]:
    """By type first. In which order arrays and objects come, Azure leaves open; here it is that of their texts."""
    return (rank(value), msgspec.json.encode(value)) if isinstance(value, list | dict) else canonical(value)


def reference(documents: Documents, text: str) -> list[Any]:
    query = parse_query(text)
    rows = documents.storage.connection.execute(f"SELECT body FROM {documents.container.table} ORDER BY sequence")
    everything = [msgspec.json.decode(body) for (body,) in rows]
    for term in reversed(query.order_by):
        (step,) = term.expression.steps
        if term.descending:  # twice reversed, equal ones keep their order
            everything.reverse()
        everything.sort(key=lambda body, step=step: place_in_order(body.get(step, undefined)))
        if term.descending:
            everything.reverse()
    return Interpreter(query, PARAMETERS).results(everything)


@pytest.mark.usefixtures("documents")
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(select=select, condition=condition, order=order, page_size=st.sampled_from([50, 100_000]))
def test_sqlite_and_the_interpreter_agree(
    documents: Documents, select: str, condition: str, order: str, page_size: int
) -> None:
    text = f"SELECT {select} FROM c WHERE {condition}{order}"
    request = QueryRequest(text, [{"name": name, "value": value} for name, value in PARAMETERS.items()])
    request = msgspec.convert(msgspec.to_builtins(request), QueryRequest)
    found: list[Any] = []
    continuation = None
    while continuation != "":
        page = QueryRun(documents, Scope(), request).page(continuation, page_size)
        found += map(msgspec.json.decode, page.rows)
        continuation = page.continuation
    assert found == reference(documents, text)

"""The query language: scopes, conditions, projections, order, paging; and what it refuses."""

import pytest


def ids(items):
    return [item["id"] for item in items]


async def test_a_partition_is_queried_alone(stream):
    found = await stream.query("SELECT * FROM c WHERE c.version <= @v ORDER BY c.version", "q1", v=3)
    assert [(item["id"], item["streamId"]) for item in found] == [("q000", "q1"), ("q001", "q1"), ("q002", "q1")]


async def test_the_app_reads_a_stream_from_a_version(stream):
    found = await stream.query("SELECT * FROM c WHERE c.version > @v ORDER BY c.version", "q1", v=22)
    assert [item["version"] for item in found] == [23, 24, 25]


async def test_the_app_finds_pending_commits_across_partitions(events):
    for number in range(3):
        commit = {"id": "1", "streamId": f"s{number}", "version": 1, "pending": True, "time": f"2026-01-0{number + 1}"}
        await events.create_item(commit)
    await events.create_item({"id": "1", "streamId": "done", "version": 1, "time": "2026-01-01"})
    await events.patch_item("1", "s0", [{"op": "remove", "path": "/pending"}])
    query = "SELECT c.id, c.streamId FROM c WHERE c.pending = true AND c.time < @t"
    assert await events.query(query, t="2026-01-03") == [{"id": "1", "streamId": "s1"}]


async def test_partitions_are_crossed(stream):
    found = await stream.query("SELECT * FROM c WHERE c.version <= 2 ORDER BY c.version DESC")
    assert [item["version"] for item in found] == [2, 2, 1, 1]
    assert len(await stream.query("SELECT * FROM c WHERE c.streamId = @s", s="q2")) == 5
    assert len(await stream.query("SELECT * FROM c WHERE c.streamId IN (@s, 'absent')", s="q2")) == 5


LISTS = {"list": [2, 3, "x"], "ids": ["q003", "q001", 3, "q001"]}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("c.version = 3", [2]),
        ("c.version != 1 AND c.version < 4", [1, 2]),
        ("c.version <> 1 AND 4 > c.version", [1, 2]),
        ("c.version BETWEEN 2 AND 3", [1, 2]),
        ("c.version NOT BETWEEN 2 AND 24", [0, 24]),
        ("NOT (c.version > 1)", [0]),
        ("c.version IN (2, 3, 99)", [1, 2]),
        ("c.version NOT IN (1, 2) AND c.version <= 3", [2]),
        ("c.id IN ('q003', 'q001')", [1, 3]),
        ("c.version IN (@two, 'three')", [1]),
        ("c.version = 1 OR c.version = 2 AND c.type = 'T1'", [0, 1]),
        ("c.type = 'T1' AND c.version < 6", [1, 4]),
        ('c["type"] = "T1" AND c.version < 6', [1, 4]),
        ("c.nested.flag = true AND c.version < 4", [0, 2]),
        ("c.nested.flag AND c.version < 4", [0, 2]),
        ("NOT c.nested.flag AND c.version < 4", [1]),
        ("c.nested['name'] = 'Name 7'", [7]),
        ("c.tags[1] = 5", [5]),
        ("c.id LIKE 'q00%' AND c.version < 3", [0, 1]),
        ("c.id LIKE 'q00_' AND c.id NOT LIKE 'q000'  AND c.version < 3", [1]),
        ("c.id LIKE 'Q00%'", []),
        ("STARTSWITH(c.id, 'q02')", [20, 21, 22, 23, 24]),
        ("STARTSWITH(c.id, 'Q024', true)", [24]),
        ("ENDSWITH(c.id, '07')", [7]),
        ("CONTAINS(c.nested.name, 'e 1') AND c.version < 12", [1, 10]),
        ("ARRAY_CONTAINS(@list, c.version)", [1, 2]),
        ("ARRAY_CONTAINS(c.tags, 6)", [6]),
        ("ARRAY_LENGTH(c.tags) = 2 AND c.version = 1", [0]),
        ("LOWER(c.nested.name) = 'name 3'", [3]),
        ("UPPER(c.id) = 'Q004'", [4]),
        ("LENGTH(c.nested.name) = 7 AND c.version < 12", [10]),
        ("CONCAT(c.id, '-', c.type) = 'q004-T1'", [4]),
        ("(c.id || c.type) = 'q004T1'", [4]),
        ("c.id LIKE 'q0[12]_' AND c.version <= 11", [10]),
        ("EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t = 7)", [7]),
        ("c.nested = {'flag': false, 'name': 'Name 3'}", [3]),
        ("c.tags = ['even', 4]", [4]),
        ("ARRAY_CONTAINS(@ids, c.id)", [1, 3]),
        ("SUBSTRING(c.id, 2, 2) = '09'", [9]),
        ("ABS(-c.version) = 5", [4]),
        ("c.version * 2 + 1 = 7 OR c.version % 24 = 0", [2, 23]),
        ("(c.version - 1) / 2 = 0.5", [1]),
        ("IS_DEFINED(c.absent) = false AND c.version = 1", [0]),
        ("NOT IS_DEFINED(c.absent) AND IS_DEFINED(c.type) AND c.version = 1", [0]),
        ("IS_NULL(c.type) OR IS_STRING(c.type) AND IS_NUMBER(c.version) AND c.version = 2", [1]),
        ("IS_ARRAY(c.tags) AND IS_OBJECT(c.nested) AND IS_BOOL(c.nested.flag) AND c.version = 3", [2]),
    ],
)
async def test_conditions(stream, condition, expected):
    found = await stream.query(f"SELECT c.id FROM c WHERE {condition}", "q1", two=2, **LISTS)
    assert sorted(ids(found)) == [f"q{number:03d}" for number in expected]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("c.x = 1", ["one"]),
        ("c.x = true", ["true"]),
        ("c.x = '1'", ["text"]),
        ("c.x = null", ["null"]),
        ("c.x != null", ["one", "text", "true"]),
        ("c.x > 0", ["one"]),
        ("c.x < 2", ["one"]),
        ("NOT (c.x > 5)", ["one"]),
        ("c.x >= ''", ["text"]),
        ("IS_NULL(c.x)", ["null"]),
        ("NOT IS_NULL(c.x)", ["absent", "one", "text", "true"]),
        ("c.x = c.y", ["null", "one"]),
        ("c.x IN (1, true, null)", ["null", "one", "true"]),
        ("LOWER(c.x) = '1'", ["text"]),
    ],
)
async def test_values_of_different_types_are_different(container, condition, expected):
    documents = {"one": {"x": 1, "y": 1}, "true": {"x": True, "y": 1}, "text": {"x": "1", "y": 1}}
    documents |= {"null": {"x": None, "y": None}, "absent": {"y": 1}}
    for identity, properties in documents.items():
        await container.create_item({"id": identity, "streamId": "s", **properties})
    assert sorted(ids(await container.query(f"SELECT c.id FROM c WHERE {condition}", "s"))) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT c.version, c.type FROM c WHERE c.version = 1", [{"version": 1, "type": "T0"}]),
        ("SELECT c.version AS v, c.absent FROM c WHERE c.version = 1", [{"v": 1}]),
        ("SELECT VALUE c.nested FROM c WHERE c.version = 2", [{"name": "Name 1", "flag": False}]),
        ("SELECT c.nested.flag, c.tags[0] AS t FROM c WHERE c.version = 1", [{"flag": True, "t": "even"}]),
        ("SELECT VALUE c.absent FROM c", []),
        ("SELECT VALUE c.version > 1 FROM c WHERE c.version < 3 ORDER BY c.version", [False, True]),
        ("SELECT UPPER(c.type), 1 AS one, null AS n FROM c WHERE c.version = 1", [{"$1": "T0", "one": 1, "n": None}]),
        ("SELECT VALUE e.id FROM events e WHERE e.version = 1", ["q000"]),
        ("SELECT VALUE x.id FROM root AS x WHERE x.version = 1", ["q000"]),
        ("SELECT VALUE COUNT(1) FROM c", [25]),
        ("SELECT VALUE COUNT(c.absent) FROM c", [0]),
        ("SELECT VALUE MAX(c.version) FROM c", [25]),
        ("SELECT VALUE MAX(c.version) FROM c WHERE c.version > 99", []),
        ("SELECT COUNT(1) AS n, MIN(c.version) AS low, SUM(c.version) AS sum, AVG(c.version) AS mean FROM c",
         [{"n": 25, "low": 1, "sum": 325, "mean": 13.0}]),
        ("SELECT TOP 2 VALUE c.version FROM c ORDER BY c.version DESC", [25, 24]),
        ("SELECT TOP @n VALUE c.version FROM c ORDER BY c.version", [1, 2]),
        ("SELECT VALUE c.version FROM c ORDER BY c.version OFFSET 5 LIMIT 3", [6, 7, 8]),
        ("SELECT VALUE c.version FROM c WHERE c.version < 7 ORDER BY c.type DESC, c.version ASC", [3, 6, 2, 5, 1, 4]),
        ("SELECT VALUE c.version FROM c WHERE c.version < 7 ORDER BY c.type, c.version DESC", [4, 1, 5, 2, 6, 3]),
        ("SELECT 1 AS one", [{"one": 1}]),
        ("SELECT VALUE {'v': c.version, none: c.absent, all: [c.type]} FROM c WHERE c.version = 2",
         [{"v": 2, "all": ["T1"]}]),
        ("SELECT c.type, COUNT(1) AS n, MAX(c.version) AS last FROM c GROUP BY c.type",
         [{"type": "T0", "n": 9, "last": 25}, {"type": "T1", "n": 8, "last": 23}, {"type": "T2", "n": 8, "last": 24}]),
        ("SELECT VALUE COUNT(1) FROM c GROUP BY c.nested.flag", [13, 12]),
        ("SELECT UPPER(c.type) AS t, AVG(c.version) + 1 AS m FROM c WHERE c.version < 3 GROUP BY UPPER(c.type)",
         [{"t": "T0", "m": 2}, {"t": "T1", "m": 3}]),
        ("SELECT DISTINCT c.type FROM c", [{"type": "T0"}, {"type": "T1"}, {"type": "T2"}]),
        ("SELECT DISTINCT VALUE c.type FROM c ORDER BY c.type DESC", ["T2", "T1", "T0"]),
        ("SELECT DISTINCT TOP 2 VALUE c.type FROM c", ["T0", "T1"]),
        ("SELECT c.id, t FROM c JOIN t IN c.tags WHERE c.version = 1",
         [{"id": "q000", "t": "even"}, {"id": "q000", "t": 0}]),
        ("SELECT VALUE [a, b] FROM c JOIN a IN c.tags JOIN b IN c.tags WHERE c.version = 2 AND IS_STRING(a)",
         [["odd", "odd"], ["odd", 1]]),
        ("SELECT VALUE t FROM c JOIN (SELECT VALUE t FROM t IN c.tags WHERE IS_NUMBER(t)) AS t WHERE c.version < 3",
         [0, 1]),
        ("SELECT VALUE t FROM t IN c.tags WHERE t < 2", [0, 1]),
        ("SELECT VALUE n.name FROM c.nested n WHERE n.flag AND CONTAINS(n.name, '4')",
         ["Name 4", "Name 14", "Name 24"]),
        ("SELECT c.id, ARRAY(SELECT VALUE t FROM t IN c.tags WHERE IS_NUMBER(t)) AS numbers FROM c WHERE c.version = 4",
         [{"id": "q003", "numbers": [3]}]),
        ("SELECT VALUE (SELECT VALUE COUNT(1) FROM t IN c.tags) FROM c WHERE c.version = 4", [2]),
        ("SELECT VALUE c.type FROM c JOIN t IN c.tags WHERE t = 'odd' OFFSET 1 LIMIT 2", ["T0", "T2"]),
        ("SELECT VALUE SUM(c.absent) FROM c", [0]),
        ("SELECT VALUE SUM(c.type) FROM c", []),
        ("SELECT VALUE AVG(c.absent) FROM c", []),
        ("SELECT VALUE MIN(c.type) FROM c", ["T0"]),
        ("SELECT VALUE MAX(c.tags) FROM c", []),
    ],
)  # fmt: skip
async def test_projections(stream, query, expected):
    assert await stream.query(query, "q1", n=2) == expected


@pytest.mark.parametrize(
    ("query", "sizes"),
    [
        ("SELECT c.id FROM c ORDER BY c.version", [7, 7, 7, 4]),
        ("SELECT c.id FROM c ORDER BY c.type DESC, c.version ASC", [7, 7, 7, 4]),
        ("SELECT c.id FROM c ORDER BY c.absent", [7, 7, 7, 4]),
        ("SELECT c.id FROM c WHERE LENGTH(c.nested.name) > 6 ORDER BY c.version DESC", [7, 7, 1]),
        ("SELECT TOP 9 c.id FROM c WHERE LENGTH(c.nested.name) > 6", [7, 2]),
        ("SELECT DISTINCT c.id FROM c", [7, 7, 7, 4]),
        ("SELECT c.id, COUNT(1) AS n FROM c GROUP BY c.id", [7, 7, 7, 4]),
        ("SELECT c.id FROM c JOIN t IN c.tags WHERE IS_NUMBER(t)", [7, 7, 7, 4]),
        ("SELECT c.id FROM c WHERE LENGTH(c.nested.name) > 6 OFFSET 3 LIMIT 10", [7, 3]),
        ("SELECT c.id FROM c", [7, 7, 7, 4]),
        ("SELECT TOP 14 c.id FROM c ORDER BY c.version DESC", [7, 7]),
        ("SELECT c.id FROM c ORDER BY c.version OFFSET 3 LIMIT 10", [7, 3]),
    ],
)
async def test_pages_give_every_row_once(stream, query, sizes):
    pages = [ids(page) async for page in stream.pages(query, 7, "q1")]
    assert [len(page) for page in pages] == sizes
    rows = [identity for page in pages for identity in page]
    assert rows == ids(await stream.query(query, "q1"))
    assert len(set(rows)) == sum(sizes)


async def test_rows_that_go_between_pages_make_no_others_be_missed(stream):
    seen = []
    async for page in stream.pages("SELECT c.id FROM c WHERE c.version > 0 ORDER BY c.version", 5, "q1"):
        for identity in ids(page):
            seen.append(identity)
            await stream.delete_item(identity, "q1")
    assert seen == [f"q{number:03d}" for number in range(25)]


async def test_a_foreign_continuation_is_refused(stream, refused):
    pages = stream.pages("SELECT * FROM c", 5, "q1", token="bm9uc2Vuc2U=")
    with refused(400):
        await anext(pages)


async def test_values_of_all_types_are_sorted_by_type_first(container):
    """A missing property comes before all; arrays and objects come last, in an order of their own."""
    values = ["b", 10, {"a": 1}, True, None, "a", [1], 2.5, False, -1]
    for number, value in enumerate(values):
        await container.create_item({"id": str(number), "streamId": "s", "x": value})
    await container.create_item({"id": "absent", "streamId": "s"})
    expected = [None, None, False, True, -1, 2.5, 10, "a", "b", [1], {"a": 1}]
    upwards = await container.query("SELECT * FROM c ORDER BY c.x", "s")
    assert upwards[0]["id"] == "absent"
    assert [item.get("x") for item in upwards] == expected
    downwards = await container.query("SELECT * FROM c ORDER BY c.x DESC", "s")
    assert [item.get("x") for item in downwards] == expected[::-1]
    paged = [item async for page in container.pages("SELECT * FROM c ORDER BY c.x", 2, "s") for item in page]
    assert paged == upwards


async def test_many_documents_are_read_at_once(stream):
    wanted = [(f"q{number:03d}", partition) for number in range(5) for partition in ("q1", "q2")]
    assert len(await stream.read_items(wanted)) == 10


async def test_a_thousand_alternatives_are_not_too_many(stream):
    condition = " OR ".join(f"(c.id = 'q{number:03d}' AND c.streamId = 'q1')" for number in range(1000))
    assert len(await stream.query(f"SELECT * FROM c WHERE {condition}")) == 25


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("SELECT c.type, COUNT(1) AS n FROM c", "'c.type' is neither"),
        ("SELECT c.id, COUNT(1) AS n FROM c GROUP BY c.type", "'c.id' is neither"),
        ("SELECT * FROM c GROUP BY c.type", "'c' is neither"),
        ("SELECT c.type FROM c GROUP BY c.type ORDER BY c.type", "GROUP BY"),
        ("SELECT * FROM c WHERE COUNT(1) > 1", "COUNT may stand in SELECT only"),
        ("SELECT * FROM c JOIN t IN c.tags", "single input set"),
        ("SELECT t FROM c JOIN t IN c.tags ORDER BY c.id", "correlated"),
        ("SELECT t FROM c JOIN t IN d.tags", "'d'"),
        ("SELECT * FROM (SELECT * FROM c) AS s", "subquery"),
        ("SELECT VALUE (SELECT VALUE t FROM t IN c.tags ORDER BY t) FROM c", "ORDER BY in a subquery"),
        ("SELECT c.id, c.nested.id FROM c", "one name"),
        ("SELECT * FROM c ORDER BY c.version + 1", "document path"),
        ("SELECT * FROM c ORDER BY c.version, c.id", "composite index"),
        ("SELECT * FROM c ORDER BY c.secret", "/secret/?"),
        ("SELECT * FROM c ORDER BY RANK VectorDistance(c.v, [1])", "RANK"),
        ("SELECT TOP 1 * FROM c OFFSET 1 LIMIT 1", "OFFSET"),
        ("SELECT TOP 1.5 * FROM c", "1.5"),
        ("SELECT * FROM c WHERE NOSUCH(c.id)", "NOSUCH"),
        ("SELECT * FROM c WHERE c.id = @absent", "@absent"),
        ("SELECT * FROM c WHERE d.id = 1", "'d'"),
        ("SELECT * FROM c WHERE c.id = ", "end of query"),
        ("SELECT * FROM c WHERE c.id ! 1", "! 1"),
        ("SELECT TOP -1 * FROM c", "'-'"),
        ("SELECT", "end of query"),
    ],
)
async def test_what_cannot_be_run_is_refused_by_name(account, refused, query, named):
    policy = {"includedPaths": [{"path": "/*"}], "excludedPaths": [{"path": "/secret/*"}]}
    container = await account.new_container(indexing_policy=policy)
    with refused(400) as refusal:
        await container.query(query, "s")
    assert named in refusal.value.message

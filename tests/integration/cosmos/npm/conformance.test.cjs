// The local Cosmos DB as @azure/cosmos sees it. Addresses and key come in the environment.
const assert = require("node:assert/strict");
const { randomUUID } = require("node:crypto");
const { after, before, test } = require("node:test");
const { BulkOperationType, ChangeFeedStartFrom, CosmosClient, ErrorResponse } = require("@azure/cosmos");

const KEY = process.env.COSMOS_KEY;
const STALE = { accessCondition: { type: "IfMatch", condition: '"stale"' } };
const clients = [];
let client, database;

function connect(endpoint, options = {}) {
  const made = new CosmosClient({ endpoint, key: KEY, ...options });
  clients.push(made);
  return made;
}

before(async () => {
  client = connect(process.env.COSMOS_URL);
  ({ database } = await client.databases.create({ id: `db-${randomUUID()}` }));
});

after(() => clients.forEach((each) => each.dispose()));

async function newContainer(settings = {}) {
  const given = { id: `c-${randomUUID()}`, partitionKey: { paths: ["/streamId"] }, ...settings };
  return (await database.containers.create(given)).container;
}

function refused(code) {
  return (error) => error instanceof ErrorResponse && error.code === code;
}

async function filled(items) {
  const container = await newContainer();
  for (const item of items) await container.items.create({ streamId: "s", ...item });
  return container;
}

async function rows(container, query, options) {
  return (await container.items.query(query, options).fetchAll()).resources;
}

const ids = (items) => items.map(({ id }) => id);

test("databases are made, found, queried and deleted", async () => {
  const id = `db-${randomUUID()}`;
  const { database: made } = await client.databases.create({ id });
  await assert.rejects(client.databases.create({ id }), refused(409));
  assert.equal((await client.databases.createIfNotExists({ id })).statusCode, 200);
  assert.ok(ids((await client.databases.readAll().fetchAll()).resources).includes(id));
  const query = { query: "SELECT * FROM d WHERE d.id = @id", parameters: [{ name: "@id", value: id }] };
  assert.deepEqual(ids((await client.databases.query(query).fetchAll()).resources), [id]);
  await made.delete();
  await assert.rejects(made.read(), refused(404));
});

test("containers keep their settings, can be queried, replaced and deleted", async () => {
  const policy = { uniqueKeys: [{ paths: ["/version"] }] };
  const container = await newContainer({ uniqueKeyPolicy: policy, defaultTtl: -1 });
  const { resource } = await container.read();
  assert.deepEqual(resource.uniqueKeyPolicy, policy);
  assert.equal(resource.defaultTtl, -1);
  assert.deepEqual(resource.partitionKey.paths, ["/streamId"]);
  const parameters = [{ name: "@id", value: container.id }];
  const named = { query: "SELECT VALUE c.id FROM c WHERE c.id = @id", parameters };
  assert.deepEqual((await database.containers.query(named).fetchAll()).resources, [container.id]);
  const { resource: replaced } = await container.replace({ ...resource, defaultTtl: 60 });
  assert.equal(replaced.defaultTtl, 60);
  await container.delete();
  await assert.rejects(container.read(), refused(404));
});

test("an item is created, read, replaced, upserted, patched and deleted", async () => {
  const container = await newContainer();
  const { resource: created, statusCode } = await container.items.create({ id: "1", streamId: "s", n: 1 });
  assert.equal(statusCode, 201);
  const item = container.item("1", "s");
  assert.deepEqual((await item.read()).resource, created);
  assert.equal((await item.replace({ id: "1", streamId: "s", n: 2 })).resource.n, 2);
  assert.equal((await container.items.upsert({ id: "1", streamId: "s", n: 3 })).statusCode, 200);
  assert.equal((await container.items.upsert({ id: "2", streamId: "s", n: 3 })).statusCode, 201);
  const { resource: patched } = await item.patch([{ op: "incr", path: "/n", value: 4 }]);
  assert.equal(patched.n, 7);
  assert.equal((await item.delete()).statusCode, 204);
  assert.equal((await item.read()).statusCode, 404);
});

test("what is missing is 404, what is taken is 409", async () => {
  const container = await filled([{ id: "1" }]);
  await assert.rejects(container.items.create({ id: "1", streamId: "s" }), refused(409));
  await assert.rejects(container.item("2", "s").replace({ id: "2", streamId: "s" }), refused(404));
  await assert.rejects(container.item("2", "s").delete(), refused(404));
  assert.equal((await container.item("1", "other").read()).statusCode, 404);
});

test("a stale etag is 412, an unchanged one 304", async () => {
  const container = await filled([{ id: "1" }]);
  const item = container.item("1", "s");
  await assert.rejects(item.replace({ id: "1", streamId: "s" }, STALE), refused(412));
  await assert.rejects(item.delete(STALE), refused(412));
  await assert.rejects(container.items.upsert({ id: "1", streamId: "s" }, STALE), refused(412));
  const { etag } = await item.read();
  const unchanged = { accessCondition: { type: "IfNoneMatch", condition: etag } };
  assert.equal((await item.read(unchanged)).statusCode, 304);
  const current = { accessCondition: { type: "IfMatch", condition: etag } };
  assert.equal((await item.replace({ id: "1", streamId: "s", n: 2 }, current)).statusCode, 200);
});

test("an item above two mebibytes is 413", async () => {
  const container = await newContainer();
  const large = { id: "1", streamId: "s", text: "a".repeat(2_200_000) };
  await assert.rejects(container.items.create(large), refused(413));
});

test("unique keys hold within a partition", async () => {
  const container = await newContainer({ uniqueKeyPolicy: { uniqueKeys: [{ paths: ["/version"] }] } });
  await container.items.create({ id: "a", streamId: "s1", version: 1 });
  await container.items.create({ id: "a", streamId: "s2", version: 1 });
  await assert.rejects(container.items.create({ id: "b", streamId: "s1", version: 1 }), refused(409));
});

test("any scalar and a hierarchy is a partition key", async () => {
  const container = await newContainer();
  for (const key of ["text", "é/☃", 5, -1.5, true, null]) {
    await container.items.create({ id: "1", streamId: key });
    assert.equal((await container.item("1", key).read()).resource.streamId, key);
  }
  await container.items.create({ id: "none" });
  assert.equal((await container.item("none", undefined).read()).resource.id, "none");
  const tree = await newContainer({ partitionKey: { paths: ["/tenant", "/user"], kind: "MultiHash", version: 2 } });
  await tree.items.create({ id: "1", tenant: "t", user: "u" });
  assert.equal((await tree.item("1", ["t", "u"]).read()).resource.user, "u");
});

test("a patch holds to its condition", async () => {
  const container = await filled([{ id: "1", version: 1, tags: ["a"] }]);
  const item = container.item("1", "s");
  const operations = [{ op: "set", path: "/done", value: true }];
  const patch = (condition) => item.patch({ condition, operations });
  await assert.rejects(patch("from c where c.version = 2"), refused(412));
  await assert.rejects(item.patch(operations, STALE), refused(412));
  const { resource } = await patch("from c where c.version = 1 and ARRAY_CONTAINS(c.tags, 'a')");
  assert.equal(resource.done, true);
});

test("a batch is done whole or not at all", async () => {
  const container = await filled([{ id: "taken" }]);
  const create = (id) => ({ operationType: BulkOperationType.Create, resourceBody: { id, streamId: "s" } });
  const done = await container.items.batch([create("1"), create("2")], "s");
  assert.deepEqual(done.result.map(({ statusCode }) => statusCode), [201, 201]);
  const failed = await container.items.batch([create("3"), create("taken"), create("4")], "s");
  assert.equal(failed.code, 207);
  assert.deepEqual(failed.result.map(({ statusCode }) => statusCode), [424, 409, 424]);
  assert.deepEqual(ids(await rows(container, "SELECT c.id FROM c ORDER BY c.id")), ["1", "2", "taken"]);
});

test("a batch mixes all operations", async () => {
  const container = await filled([{ id: "1" }, { id: "2" }, { id: "3", n: 1 }]);
  const { result } = await container.items.batch(
    [
      { operationType: "Upsert", resourceBody: { id: "4", streamId: "s" } },
      { operationType: "Read", id: "1" },
      { operationType: "Replace", id: "1", resourceBody: { id: "1", streamId: "s", z: 1 } },
      { operationType: "Patch", id: "3", resourceBody: { operations: [{ op: "incr", path: "/n", value: 1 }] } },
      { operationType: "Delete", id: "2" },
    ],
    "s",
  );
  assert.deepEqual(result.map(({ statusCode }) => statusCode), [201, 200, 200, 200, 204]);
  assert.equal((await container.item("3", "s").read()).resource.n, 2);
});

test("bulk operations succeed or fail each for itself", async () => {
  const container = await filled([{ id: "taken" }]);
  const create = (id, streamId) => ({
    operationType: BulkOperationType.Create,
    partitionKey: streamId,
    resourceBody: { id, streamId },
  });
  const operations = [create("1", "a"), create("taken", "s"), create("2", "b")];
  const results = await container.items.executeBulkOperations(operations);
  assert.deepEqual(results.map(({ response, error }) => response?.statusCode ?? error.code), [201, 409, 201]);
  const older = await container.items.bulk([create("3", "a"), create("3", "a")]);
  assert.deepEqual(older.map(({ statusCode }) => statusCode), [201, 409]);
  assert.deepEqual(await rows(container, "SELECT VALUE COUNT(1) FROM c"), [4]);
});

test("a query stays in its partition or crosses them all", async () => {
  const container = await newContainer();
  for (const streamId of ["s1", "s2"])
    for (const version of [1, 2, 3]) await container.items.create({ id: `${version}`, streamId, version });
  const text = "SELECT * FROM c WHERE c.version > @v ORDER BY c.version";
  const query = { query: text, parameters: [{ name: "@v", value: 1 }] };
  const inside = await rows(container, query, { partitionKey: "s1" });
  assert.deepEqual(inside.map(({ version, streamId }) => [version, streamId]), [[2, "s1"], [3, "s1"]]);
  const across = await rows(container, query);
  assert.deepEqual(across.map(({ version }) => version), [2, 2, 3, 3]);
  assert.deepEqual(await rows(container, query, { forceQueryPlan: true }), across);
});

test("queries join, group, aggregate, and tell values apart", async () => {
  const container = await filled([
    { id: "1", kind: "a", tags: ["x", "y"], n: 1 },
    { id: "2", kind: "b", tags: ["x"], n: 2 },
    { id: "3", kind: "a", tags: [], n: 4 },
  ]);
  assert.deepEqual(await rows(container, "SELECT c.id, t FROM c JOIN t IN c.tags"), [
    { id: "1", t: "x" },
    { id: "1", t: "y" },
    { id: "2", t: "x" },
  ]);
  assert.deepEqual(await rows(container, "SELECT c.kind, SUM(c.n) AS n FROM c GROUP BY c.kind"), [
    { kind: "a", n: 5 },
    { kind: "b", n: 2 },
  ]);
  assert.deepEqual(await rows(container, "SELECT DISTINCT VALUE c.kind FROM c"), ["a", "b"]);
  assert.deepEqual(await rows(container, "SELECT VALUE MAX(c.n) FROM c"), [4]);
  const built = "SELECT VALUE {n: c.n, all: [c.kind]} FROM c WHERE c.n = 2";
  assert.deepEqual(await rows(container, built), [{ n: 2, all: ["b"] }]);
  const exists = "SELECT VALUE c.id FROM c WHERE EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t = 'y')";
  assert.deepEqual(await rows(container, exists), ["1"]);
});

test("a query that makes no sense is 400 and says where", async () => {
  const container = await newContainer();
  const names = (what) => (error) => error.code === 400 && error.message.includes(what);
  await assert.rejects(rows(container, "SELECT * FROM c WHERE"), names("end of query"));
  await assert.rejects(rows(container, "SELECT udf.f(c) FROM c"), names("udf.f"));
});

test("pages go on where the last one ended", async () => {
  const container = await filled([...Array(10).keys()].map((number) => ({ id: `${number}`, number })));
  for (const query of ["SELECT * FROM c ORDER BY c.number", "SELECT DISTINCT c.id FROM c", "SELECT * FROM c"]) {
    const seen = [];
    let continuationToken;
    do {
      const options = { maxItemCount: 4, partitionKey: "s", continuationToken };
      const page = await container.items.query(query, options).fetchNext();
      assert.ok(page.resources.length <= 4);
      seen.push(...ids(page.resources));
      continuationToken = page.continuationToken;
    } while (continuationToken);
    assert.deepEqual(seen, [..."0123456789"], query);
  }
});

test("all items are read page by page", async () => {
  const container = await filled([...Array(7).keys()].map((number) => ({ id: `${number}` })));
  const sizes = [];
  const pages = container.items.readAll({ maxItemCount: 3 }).getAsyncIterator();
  for await (const { resources } of pages) sizes.push(resources.length);
  assert.deepEqual(sizes, [3, 3, 1]);
});

async function changes(iterator) {
  const seen = [];
  let continuationToken;
  while (iterator.hasMoreResults) {
    const page = await iterator.readNext();
    ({ continuationToken } = page);
    if (page.statusCode === 304) break;
    seen.push(...page.result);
  }
  return { seen, continuationToken };
}

test("the change feed comes in order, from the beginning, from now, and on from a continuation", async () => {
  const container = await filled([{ id: "a" }, { id: "b" }, { id: "c" }]);
  const fromNow = container.items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Now() });
  assert.equal((await fromNow.readNext()).statusCode, 304);
  await container.item("a", "s").patch([{ op: "set", path: "/n", value: 1 }]);
  const beginning = { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(), maxItemCount: 2 };
  const first = await changes(container.items.getChangeFeedIterator(beginning));
  assert.deepEqual(ids(first.seen), ["b", "c", "a"]);
  assert.deepEqual(ids((await changes(fromNow)).seen), ["a"]);
  await container.items.create({ id: "d", streamId: "s" });
  const { continuationToken } = first;
  const later = { changeFeedStartFrom: ChangeFeedStartFrom.Continuation(continuationToken) };
  assert.deepEqual(ids((await changes(container.items.getChangeFeedIterator(later))).seen), ["d"]);
});

test("the change feed of a partition leaves out the others", async () => {
  const container = await newContainer();
  for (const streamId of ["s1", "s2"]) await container.items.create({ id: "1", streamId });
  const start = { changeFeedStartFrom: ChangeFeedStartFrom.Beginning("s2") };
  const { seen } = await changes(container.items.getChangeFeedIterator(start));
  assert.deepEqual(seen.map(({ streamId }) => streamId), ["s2"]);
});

test("an item lives as long as its time to live", async () => {
  const container = await newContainer({ defaultTtl: 1 });
  await container.items.create({ id: "default", streamId: "s" });
  await container.items.create({ id: "for ever", streamId: "s", ttl: -1 });
  const gone = async () => (await container.item("default", "s").read()).statusCode === 404;
  while (!(await gone())) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await container.item("for ever", "s").read()).statusCode, 200);
});

test("a wrong key is 401", async () => {
  const stranger = connect(process.env.COSMOS_URL, { key: "d3Jvbmc=" });
  await assert.rejects(stranger.databases.readAll().fetchAll(), refused(401));
});

test("429 says when to retry, and the client does", async () => {
  const busy = connect(process.env.COSMOS_THROTTLING_URL);
  const { database: made } = await busy.databases.createIfNotExists({ id: "d" });
  const { container } = await made.containers.createIfNotExists({ id: "c", partitionKey: "/streamId" });
  for (let number = 0; number < 20; number++) await container.items.create({ id: `${number}`, streamId: "s" });
  assert.deepEqual(await rows(container, "SELECT VALUE COUNT(1) FROM c"), [20]);
});

test("a client that does not retry sees 429 with its pause, and 503", async () => {
  const retryOptions = { maxRetryAttemptCount: 0 };
  const impatient = (url) => connect(url, { connectionPolicy: { retryOptions } });
  const read = (from) => from.database("d").container("c").item("1", "s").read();
  const throttled = (error) => error.code === 429 && error.retryAfterInMs > 0;
  await assert.rejects(read(impatient(process.env.COSMOS_ALWAYS_THROTTLING_URL)), throttled);
  await assert.rejects(read(impatient(process.env.COSMOS_UNAVAILABLE_URL)), refused(503));
});

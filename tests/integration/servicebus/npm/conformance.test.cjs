// The JavaScript client against a broker on broker.json: SERVICEBUS_CONNECTION, and the same with a wrong key.
"use strict";

const assert = require("node:assert/strict");
const { after, test } = require("node:test");
const { ServiceBusClient } = require("@azure/service-bus");

const options = { retryOptions: { maxRetries: 0, timeoutInMs: 10_000 } };
const client = new ServiceBusClient(process.env.SERVICEBUS_CONNECTION, options);
const impatient = new ServiceBusClient(process.env.SERVICEBUS_CONNECTION, {
  retryOptions: { maxRetries: 0, timeoutInMs: 1_000 },
});
const hour = 3_600_000;

after(() => Promise.all([client.close(), impatient.close()]));

async function send(entity, ...messages) {
  const sender = client.createSender(entity);
  await sender.sendMessages(messages.length > 1 ? messages : messages[0]);
  await sender.close();
}

async function receive(receiver, count) {
  const found = [];
  while (found.length < count) {
    const more = await receiver.receiveMessages(count - found.length, { maxWaitTimeInMs: 5_000 });
    assert.ok(more.length > 0, `${found.length} of ${count} messages came`);
    found.push(...more);
  }
  return found;
}

async function drain(...source) {
  const receiver = client.createReceiver(...source, { receiveMode: "receiveAndDelete" });
  const found = [];
  for (;;) {
    const more = await receiver.receiveMessages(100, { maxWaitTimeInMs: 500 });
    if (more.length === 0) break;
    found.push(...more);
  }
  await receiver.close();
  return found;
}

const bodies = (messages) => messages.map((message) => message.body);

async function refused(code, action) {
  await assert.rejects(action, (error) => {
    assert.equal(error.code, code, String(error));
    return true;
  });
}

test("every property and kind of body survives the journey", async () => {
  const properties = { text: "ä", number: 7, fraction: 1.5, flag: true };
  await send("bodies", {
    body: { seats: [1, 2.5, null] },
    applicationProperties: properties,
    messageId: "m1",
    sessionId: "s1",
    partitionKey: "s1",
    subject: "Subject",
    correlationId: "c1",
    contentType: "application/json",
    to: "somewhere",
    replyTo: "sender",
    replyToSessionId: "r1",
    timeToLive: 180_000,
  });
  await send("bodies", { body: Buffer.from([0, 255]) }, { bodyType: "value", body: 17 }, { bodyType: "sequence", body: [[1, 2]] });
  const [message, binary, value, sequence] = await drain("bodies");
  assert.deepEqual(message.body, { seats: [1, 2.5, null] });
  assert.deepEqual(message.applicationProperties, properties);
  const { messageId, sessionId, partitionKey, subject, correlationId, contentType, to, replyTo } = message;
  assert.deepEqual(
    [messageId, sessionId, partitionKey, subject, correlationId, contentType, to, replyTo, message.replyToSessionId],
    ["m1", "s1", "s1", "Subject", "c1", "application/json", "somewhere", "sender", "r1"],
  );
  assert.equal(message.timeToLive, 180_000);
  assert.equal(message.expiresAtUtc - message.enqueuedTimeUtc, 180_000);
  assert.deepEqual([binary.body, value.body, sequence.body], [Buffer.from([0, 255]), 17, [[1, 2]]]);
});

test("each way to settle leads where it should", async () => {
  await send("settlement", { body: "completed" }, { body: "abandoned" }, { body: "deferred" }, { body: "dead" });
  const receiver = client.createReceiver("settlement");
  const [completed, abandoned, deferred, dead] = await receive(receiver, 4);
  await receiver.completeMessage(completed);
  await receiver.deferMessage(deferred, { because: "later" });
  await receiver.deadLetterMessage(dead, { deadLetterReason: "bad", deadLetterErrorDescription: "really bad", own: 1 });
  await receiver.abandonMessage(abandoned, { tries: 1 });

  const [again] = await receive(receiver, 1);
  assert.deepEqual([again.body, again.deliveryCount, again.applicationProperties], ["abandoned", 1, { tries: 1 }]);
  assert.ok((await receiver.renewMessageLock(again)) >= again.lockedUntilUtc);
  await receiver.completeMessage(again);

  const [retrieved] = await receiver.receiveDeferredMessages(deferred.sequenceNumber);
  assert.deepEqual([retrieved.body, retrieved.applicationProperties], ["deferred", { because: "later" }]);
  await receiver.completeMessage(retrieved);
  await refused("MessageNotFound", receiver.receiveDeferredMessages(deferred.sequenceNumber));
  await receiver.close();

  const [buried] = await drain("settlement", { subQueueType: "deadLetter" });
  assert.deepEqual([buried.body, buried.deadLetterReason, buried.deadLetterErrorDescription], ["dead", "bad", "really bad"]);
  assert.equal(buried.applicationProperties.own, 1);
});

test("a deferred message is settled in every way", async () => {
  await send("deliveries", { body: "abandoned" }, { body: "dead" }, { body: "deferred again" });
  const receiver = client.createReceiver("deliveries");
  const messages = await receive(receiver, 3);
  for (const message of messages) await receiver.deferMessage(message);
  const numbers = messages.map((message) => message.sequenceNumber);
  const [abandoned, dead, deferred] = await receiver.receiveDeferredMessages(numbers);
  await receiver.abandonMessage(abandoned, { seen: true });
  await receiver.deadLetterMessage(dead, { deadLetterReason: "no use" });
  await receiver.deferMessage(deferred);
  const left = await receiver.receiveDeferredMessages([numbers[0], numbers[2]]);
  assert.deepEqual(bodies(left), ["abandoned", "deferred again"]);
  assert.deepEqual(left[0].applicationProperties, { seen: true });
  for (const message of left) await receiver.completeMessage(message);
  await receiver.close();
  const [buried] = await drain("deliveries", { subQueueType: "deadLetter" });
  assert.equal(buried.deadLetterReason, "no use");
});

test("the last allowed delivery leads to the dead letters", async () => {
  await send("deliveries", { body: "poison", applicationProperties: { kept: "yes" } });
  const receiver = client.createReceiver("deliveries");
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const [message] = await receive(receiver, 1);
    assert.equal(message.deliveryCount, attempt);
    await receiver.abandonMessage(message);
  }
  await receiver.close();
  const [buried] = await drain("deliveries", { subQueueType: "deadLetter" });
  assert.equal(buried.deadLetterReason, "MaxDeliveryCountExceeded");
  assert.equal(buried.applicationProperties.kept, "yes");
});

test("a lock that ran out is lost and the message comes again", async () => {
  await send("short-locks", { body: "x" });
  const receiver = client.createReceiver("short-locks", { maxAutoLockRenewalDurationInMs: 0 });
  const [first] = await receive(receiver, 1);
  const [second] = await receive(receiver, 1);
  assert.equal(second.deliveryCount, 1);
  await refused("MessageLockLost", receiver.completeMessage(first));
  await refused("MessageLockLost", receiver.renewMessageLock(first));
  await receiver.completeMessage(second);
  await receiver.close();
});

test("a subscription renews the locks of what it works on", async () => {
  await send("short-locks", { body: "slow" });
  const receiver = client.createReceiver("short-locks");
  const counts = await new Promise((resolve, reject) => {
    const seen = [];
    receiver.subscribe({
      async processMessage(message) {
        seen.push(message.deliveryCount);
        const until = message.lockedUntilUtc.getTime() + 1_000;
        while (Date.now() < until) await new Promise((wake) => setTimeout(wake, 50));
        resolve(seen);
      },
      async processError({ error }) {
        reject(error);
      },
    });
  });
  await receiver.close();
  assert.deepEqual(counts, [0]);
});

test("receive and delete leaves nothing behind", async () => {
  await send("deleting", ...Array.from({ length: 50 }, (_, number) => ({ body: number })));
  assert.deepEqual(bodies(await drain("deleting")), [...Array(50).keys()]);
  assert.deepEqual(await client.createReceiver("deleting").peekMessages(1), []);
});

test("a full batch arrives whole and in order", async () => {
  const sender = client.createSender("sending");
  const batch = await sender.createMessageBatch();
  let count = 0;
  while (batch.tryAddMessage({ body: `${count} ${"z".repeat(1000)}` })) count += 1;
  assert.ok(count > 200, `${count} messages of about 1 KB made a batch`);
  await sender.sendMessages(batch);
  await sender.close();
  const received = await drain("sending");
  assert.deepEqual(received.map((message) => parseInt(message.body, 10)), [...Array(count).keys()]);
});

test("an oversized message is refused and the sender lives on", async () => {
  const sender = client.createSender("sending");
  await refused("MessageSizeExceeded", sender.sendMessages({ body: Buffer.alloc(300_000) }));
  await sender.sendMessages({ body: "small" });
  await sender.close();
  assert.deepEqual(bodies(await drain("sending")), ["small"]);
});

test("scheduled messages wait, can be cancelled, and arrive", async () => {
  const sender = client.createSender("scheduled");
  const soon = new Date(Date.now() + 1_500);
  const [first, cancelled] = await sender.scheduleMessages([{ body: "by request" }, { body: "no" }], soon);
  await sender.sendMessages({ body: "by annotation", scheduledEnqueueTimeUtc: soon });
  const [far] = await sender.scheduleMessages({ body: "far" }, new Date(Date.now() + hour));
  await sender.cancelScheduledMessages([cancelled, far]);
  await refused("MessageNotFound", sender.cancelScheduledMessages(cancelled));
  await sender.close();
  const receiver = client.createReceiver("scheduled");
  const peeked = await receiver.peekMessages(10);
  assert.deepEqual(peeked.map(({ body, state }) => [body, state]), [["by request", "scheduled"], ["by annotation", "scheduled"]]);
  const arrived = await receive(receiver, 2);
  assert.ok(Date.now() >= soon.getTime());
  assert.deepEqual(bodies(arrived), ["by request", "by annotation"]);
  assert.ok(arrived.every((message) => message.sequenceNumber.greaterThan(first)), "they join the end of the queue");
  for (const message of arrived) await receiver.completeMessage(message);
  await receiver.close();
});

test("peeking goes on from any number and shows what is deferred", async () => {
  await send("peeking", ...Array.from({ length: 20 }, (_, number) => ({ body: number })));
  const receiver = client.createReceiver("peeking");
  const first = await receiver.peekMessages(5);
  assert.deepEqual(bodies(first), [0, 1, 2, 3, 4]);
  assert.deepEqual(bodies(await receiver.peekMessages(3)), [5, 6, 7]);
  const [deferred] = await receive(receiver, 1);
  await receiver.deferMessage(deferred);
  const all = await receiver.peekMessages(100, { fromSequenceNumber: first[0].sequenceNumber });
  assert.deepEqual(all.map(({ body, state }) => [body, state]).slice(0, 2), [[0, "deferred"], [1, "active"]]);
  assert.equal(all.length, 20);
  await receiver.close();
});

test("an expired message is gone or dead-lettered as the queue says", async () => {
  await send("expiring", { body: "x", timeToLive: 500 });
  await send("expiring-to-dead-letters", { body: "x", timeToLive: 500 });
  const graveyard = client.createReceiver("expiring-to-dead-letters", { subQueueType: "deadLetter" });
  const [buried] = await receive(graveyard, 1);
  assert.equal(buried.deadLetterReason, "TTLExpiredException");
  await graveyard.completeMessage(buried);
  await graveyard.close();
  assert.deepEqual(await drain("expiring"), []);
  assert.deepEqual(await drain("expiring", { subQueueType: "deadLetter" }), []);
});

test("a duplicate within the window is dropped", async () => {
  await send("deduplicated", { body: "first", messageId: "a" });
  await send("deduplicated", { body: "again", messageId: "a" }, { body: "other", messageId: "b" });
  assert.deepEqual(bodies(await drain("deduplicated")), ["first", "other"]);
});

test("messages and dead letters are forwarded, but not for ever", async () => {
  await send("forwarding", { body: "x" });
  const receiver = client.createReceiver("forwarded");
  const [message] = await receive(receiver, 1);
  await receiver.deadLetterMessage(message, { deadLetterReason: "unwanted" });
  await receiver.close();
  const [buried] = await drain("graveyard");
  assert.deepEqual([buried.body, buried.deadLetterReason, buried.deadLetterSource], ["x", "unwanted", "forwarded"]);
  await send("hop-0", { body: "too far" });
  const [stopped] = await drain("hop-4", { subQueueType: "deadLetter" });
  assert.equal(stopped.deadLetterReason, "MaxTransferHopCountExceeded");
});

test("subscriptions get what their filters take, as their actions change it", async () => {
  await send(
    "orders",
    { body: "placed", subject: "OrderPlaced" },
    { body: "large", subject: "Other", applicationProperties: { Seats: 11, Region: "eu-west" } },
    { body: "far", subject: "OrderPlaced", applicationProperties: { Region: "antarctica" } },
  );
  assert.deepEqual(bodies(await drain("orders", "everything")), ["placed", "large", "far"]);
  assert.deepEqual(bodies(await drain("orders", "by-type")), ["placed", "far"]);
  assert.deepEqual(bodies(await drain("orders", "by-property")), ["large", "far"]);
  await send("acting", { body: "x", applicationProperties: { color: "red", quantity: 9 } });
  const copies = await drain("acting", "acted-on");
  assert.deepEqual(copies.map(({ subject, applicationProperties }) => [subject, applicationProperties]), [
    [undefined, { color: "red", quantity: 9 }],
    ["halved", { quantity: 4, RuleName: "red" }],
  ]);
});

test("rules are added, listed and removed while messages flow", async () => {
  const rules = client.createRuleManager("ruled", "changing");
  const list = async () => {
    const found = [];
    for await (const rule of rules.listRules()) found.push(rule);
    return found;
  };
  assert.deepEqual(await list(), [{ name: "$Default", filter: { sqlExpression: "1=1" }, action: {} }]);
  await rules.createRule("Large", { sqlExpression: "seats > 10" }, { sqlExpression: "SET size = 'large'" });
  await rules.createRule("Urgent", { subject: "urgent", applicationProperties: { region: "eu" } });
  await rules.deleteRule("$Default");
  const [large, urgent] = await list();
  assert.deepEqual(large, {
    name: "Large",
    filter: { sqlExpression: "seats > 10" },
    action: { sqlExpression: "SET size = 'large'" },
  });
  assert.deepEqual([urgent.name, urgent.filter.subject, urgent.filter.applicationProperties], ["Urgent", "urgent", { region: "eu" }]);
  await refused("MessagingEntityAlreadyExists", rules.createRule("large", { sqlExpression: "1 = 1" }));
  await refused("MessagingEntityNotFound", rules.deleteRule("nobody"));
  await assert.rejects(rules.createRule("wrong", { sqlExpression: "seats >" }), /property name was expected/);
  await send(
    "ruled",
    { body: "small", applicationProperties: { seats: 10 } },
    { body: "large", applicationProperties: { seats: 11 } },
    { body: "urgent", subject: "urgent", applicationProperties: { region: "eu" } },
  );
  const received = await drain("ruled", "changing");
  assert.deepEqual(bodies(received).sort(), ["large", "urgent"]);
  const marked = received.find((message) => message.body === "large");
  assert.deepEqual(marked.applicationProperties, { seats: 11, size: "large", RuleName: "Large" });
});

test("a session is exclusive, ordered, and keeps its state", async () => {
  await send("sessions", ...["a0", "a1", "a2"].map((body) => ({ body, sessionId: "A" })), { body: "b0", sessionId: "B" });
  const receiver = await client.acceptSession("sessions", "A");
  await refused("SessionCannotBeLocked", client.acceptSession("sessions", "A"));
  assert.equal(await receiver.getSessionState(), null);
  await receiver.setSessionState("halfway");
  const until = receiver.sessionLockedUntilUtc;
  assert.ok((await receiver.renewSessionLock()) >= until);
  const [first, second, third] = await receive(receiver, 3);
  assert.deepEqual(bodies([first, second, third]), ["a0", "a1", "a2"]);
  await receiver.completeMessage(first);
  await receiver.deferMessage(second);
  await receiver.close();

  const again = await client.acceptSession("sessions", "A");
  assert.equal(await again.getSessionState(), "halfway");
  await again.setSessionState(null);
  const [unsettled] = await receive(again, 1);
  assert.deepEqual([unsettled.body, unsettled.deliveryCount], ["a2", 0]);
  await again.completeMessage(unsettled);
  const [deferred] = await again.receiveDeferredMessages([second.sequenceNumber]);
  await again.completeMessage(deferred);
  assert.deepEqual(await again.peekMessages(10), []);
  await again.close();
});

test("the next session is the one that waited longest, and none is a time-out", async () => {
  await send("next-sessions", { body: "1", sessionId: "first" }, { body: "2", sessionId: "second" });
  for (const id of ["first", "second"]) {
    const receiver = await client.acceptNextSession("next-sessions");
    assert.equal(receiver.sessionId, id);
    await receiver.completeMessage((await receive(receiver, 1))[0]);
    await receiver.close();
  }
  await refused("ServiceTimeout", impatient.acceptNextSession("idle-sessions"));
});

test("a session lock that ran out is lost", async () => {
  await send("short-sessions", { body: "x", sessionId: "Z" });
  const loser = await client.acceptSession("short-sessions", "Z", { maxAutoLockRenewalDurationInMs: 0 });
  const [message] = await receive(loser, 1);
  const winner = await client.acceptNextSession("short-sessions");
  assert.equal(winner.sessionId, "Z");
  await refused("SessionLockLost", loser.completeMessage(message));
  const [again] = await receive(winner, 1);
  assert.equal(again.deliveryCount, 1);
  await winner.completeMessage(again);
  await winner.close();
  await loser.close();
});

test("a message without session is refused with all of its batch", async () => {
  await assert.rejects(send("many-sessions", { body: "y", sessionId: "s" }, { body: "x" }), /SessionId was not set/);
  await refused("ServiceTimeout", impatient.acceptNextSession("many-sessions"));
});

test("session and plain receivers cannot be exchanged", async () => {
  const plain = client.createReceiver("sessions");
  await assert.rejects(plain.receiveMessages(1, { maxWaitTimeInMs: 1_000 }), /requires sessions/);
  await assert.rejects(client.acceptSession("sending", "x"));
});

test("an unknown entity is named as such", async () => {
  await refused("MessagingEntityNotFound", send("nowhere", { body: "x" }));
  const receiver = client.createReceiver("orders", "nobody");
  await refused("MessagingEntityNotFound", receiver.receiveMessages(1, { maxWaitTimeInMs: 1_000 }));
});

test("a wrong key is refused", async () => {
  const stranger = new ServiceBusClient(process.env.SERVICEBUS_WRONG_CONNECTION, options);
  await refused("UnauthorizedAccess", stranger.createSender("sending").sendMessages({ body: "x" }));
  await stranger.close();
});

'use strict';
// Consuming with kafkajs. It reads as a member of a group only, so each of these is one, too.

const {
  fill, newAdmin, newMember, newProducer, newTopic, numbered, readAll, take, values,
} = require('./client');

async function consumeFromBeginning(t) {
  // A new group that reads from the beginning sees what was there before, in order.
  const topic = await newTopic(t);
  await fill(t, topic, 10);
  t.equal('values', values(await readAll(t, topic, 10)), values(numbered(10)));
}

async function consumeFromEnd(t) {
  // A new group that reads from the end sees only what comes later.
  const topic = await newTopic(t);
  await fill(t, topic, 5);
  const fetches = { count: 0 };
  const member = await newMember(t, topic, { fromBeginning: false });
  member.consumer.on(member.consumer.events.FETCH, () => (fetches.count += 1));
  t.step('waiting for a fetch at the end');
  await t.eventually(() => fetches.count > 0);
  await fill(t, topic, 2, 0, 5);
  t.equal('values', values(await take(t, member, 2)), ['5', '6']);
}

async function consumeFromSeek(t) {
  // A consumer that seeks reads from that offset, in the middle of a batch.
  const topic = await newTopic(t);
  await fill(t, topic, 10);
  const member = await newMember(t, topic);
  await take(t, member, 10);
  member.messages.length = 0;
  member.consumer.seek({ topic, partition: 0, offset: '7' });
  t.equal('values', values(await take(t, member, 3)), ['7', '8', '9']);
}

async function consumeFromTimestamp(t) {
  // The offset for a timestamp is where the messages begin that are not older.
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  const base = Date.now() - 10_000;
  const messages = numbered(5).map((one, i) => ({ ...one, timestamp: String(base + 1000 * i) }));
  t.step('producing');
  await producer.send({ topic, messages });
  const admin = await newAdmin(t);
  t.step('asking for the offset');
  const [found] = await admin.fetchTopicOffsetsByTimestamp(topic, base + 2500);
  t.equal('offset', found, { partition: 0, offset: '3' });
  const groupId = t.name('group');
  await admin.setOffsets({ groupId, topic, partitions: [found] });
  t.equal('values', values(await readAll(t, topic, 2, { groupId })), ['3', '4']);
}

async function consumePauseAndResume(t) {
  // A paused topic gives nothing more; resumed, it goes on where it stopped.
  const topic = await newTopic(t);
  await fill(t, topic, 3);
  const member = await newMember(t, topic);
  await take(t, member, 3);
  member.consumer.pause([{ topic }]);
  t.equal('paused', member.consumer.paused(), [{ topic, partitions: [0] }]);
  await fill(t, topic, 3, 0, 3);
  t.step('reading nothing while paused');
  await t.pause(400);
  t.equal('messages while paused', member.messages.length, 3);
  member.consumer.resume([{ topic }]);
  t.equal('values', values(await take(t, member, 6)), values(numbered(6)));
}

async function consumePauseOnePartition(t) {
  // A paused partition does not hold up the other one.
  const topic = await newTopic(t, 2);
  const member = await newMember(t, topic);
  member.consumer.pause([{ topic, partitions: [0] }]);
  await fill(t, topic, 3, 0);
  await fill(t, topic, 3, 1);
  const found = await take(t, member, 3);
  t.equal('partitions', found.map((one) => one.partition), [1, 1, 1]);
  member.consumer.resume([{ topic, partitions: [0] }]);
  await take(t, member, 6);
}

async function consumeEachBatch(t) {
  // A batch has its first and last offset, and the high watermark that the broker sent with it.
  const topic = await newTopic(t);
  await fill(t, topic, 10);
  const batches = [];
  const eachBatch = async ({ batch }) => {
    batches.push(batch);
  };
  await newMember(t, topic, {}, { eachBatch });
  t.step('waiting for a batch');
  const [batch] = await t.eventually(() => batches.length > 0 && batches);
  t.equal('offsets', [batch.firstOffset(), batch.lastOffset()], ['0', '9']);
  t.equal('high watermark', batch.highWatermark, '10');
  t.equal('lag', batch.offsetLag(), '0');
}

async function consumePartOfBatch(t) {
  // What is resolved of a batch is committed; the next member goes on in the middle of it.
  const topic = await newTopic(t);
  await fill(t, topic, 10);
  const groupId = t.name('group');
  let resolved = false;
  const eachBatch = async ({ batch, resolveOffset, commitOffsetsIfNecessary, uncommittedOffsets }) => {
    if (resolved) return;
    resolveOffset(batch.messages[3].offset);
    await commitOffsetsIfNecessary(uncommittedOffsets());
    resolved = true;
  };
  const first = await newMember(t, topic, { groupId }, { eachBatch, eachBatchAutoResolve: false });
  t.step('waiting for a batch');
  await t.eventually(() => resolved);
  t.step('leaving');
  await first.consumer.disconnect();
  t.equal('values', values(await readAll(t, topic, 6, { groupId })), values(numbered(6, 0, 4)));
}

async function consumeByPattern(t) {
  // A subscription by pattern finds all topics whose names match.
  const prefix = t.name('pattern');
  const admin = await newAdmin(t);
  const topics = [`${prefix}-a`, `${prefix}-b`];
  t.step('creating topics');
  await admin.createTopics({ waitForLeaders: true, topics: topics.map((topic) => ({ topic })) });
  for (const topic of topics) await fill(t, topic, 1);
  const found = await readAll(t, new RegExp(`^${prefix}-.*`), 2);
  t.equal('topics', found.map((one) => one.topic).sort(), topics);
}

async function consumeSmallFetchLimits(t) {
  // A batch larger than the fetch limits is returned all the same, so that the consumer gets on.
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  for (let i = 0; i < 3; i += 1) {
    t.step(`producing message ${i}`);
    await producer.send({ topic, messages: [{ value: Buffer.alloc(100_000, 'x') }] });
  }
  const limits = { maxBytes: 1000, maxBytesPerPartition: 1000 };
  const found = await readAll(t, topic, 3, limits);
  t.check(found.every((one) => one.value.length === 100_000), 'a message was cut');
}

async function consumeSeveralTopics(t) {
  // One consumer reads several topics with several partitions each.
  const topics = [await newTopic(t, 2), await newTopic(t, 3)];
  for (const topic of topics) {
    await fill(t, topic, 4, 0);
    await fill(t, topic, 4, 1);
  }
  const found = await readAll(t, topics, 16);
  t.equal('partitions', new Set(found.map((one) => `${one.topic} ${one.partition}`)).size, 4);
}

async function consumeLongPollLatency(t) {
  // A waiting fetch is answered as soon as a message is there, long before its maximum wait.
  const topic = await newTopic(t);
  const member = await newMember(t, topic, { maxWaitTimeInMs: 5000 });
  const producer = await newProducer(t);
  t.step('letting a fetch wait');
  await t.pause(300);
  const start = performance.now();
  await producer.send({ topic, messages: numbered(1) });
  await take(t, member, 1);
  const took = performance.now() - start;
  t.check(took < 2500, `it took ${took.toFixed()} ms`);
}

async function consumeMinBytesWaits(t) {
  // A fetch that finds less than min bytes waits for max wait and then answers with what there is.
  const topic = await newTopic(t);
  await fill(t, topic, 1);
  const start = performance.now();
  await readAll(t, topic, 1, { minBytes: 100_000, maxWaitTimeInMs: 1000 });
  const took = performance.now() - start;
  t.check(took > 900, `it took ${took.toFixed()} ms`);
}

async function consumeReadCommittedWithoutTransactions(t) {
  // With read_committed and no transactions all messages are seen.
  const topic = await newTopic(t);
  await fill(t, topic, 5);
  t.equal('values', values(await readAll(t, topic, 5, { readUncommitted: false })), values(numbered(5)));
}

async function consumeReadUncommitted(t) {
  // With read_uncommitted all messages are seen.
  const topic = await newTopic(t);
  await fill(t, topic, 5);
  t.equal('values', values(await readAll(t, topic, 5, { readUncommitted: true })), values(numbered(5)));
}

async function consumeManyMessages(t) {
  // Five thousand messages in a hundred batches arrive once and in order.
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  t.step('producing');
  for (let i = 0; i < 100; i += 1) {
    await producer.send({ topic, messages: numbered(50, 0, 50 * i) });
  }
  t.equal('values', values(await readAll(t, topic, 5000)), values(numbered(5000)));
}

module.exports = [
  consumeFromBeginning, consumeFromEnd, consumeFromSeek, consumeFromTimestamp,
  consumePauseAndResume, consumePauseOnePartition, consumeEachBatch, consumePartOfBatch,
  consumeByPattern, consumeSmallFetchLimits, consumeSeveralTopics, consumeLongPollLatency,
  consumeMinBytesWaits, consumeReadCommittedWithoutTransactions, consumeReadUncommitted,
  consumeManyMessages,
];

'use strict';
// Consuming with @confluentinc/kafka-javascript, and its groups.

const { library } = require('./library');
const { fill, newAdmin, newMember, newProducer, newTopic, numbered, owned, readAll, take,
  values } = require('./client');

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
  const member = await newMember(t, topic, { fromBeginning: false });
  t.step('letting it find the end');
  await t.pause(1000);
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
  t.step('asking for the offset');
  const [found] = await (await newAdmin(t)).fetchTopicOffsetsByTimestamp(topic, base + 2500);
  t.equal('offset', found.offset, '3');
  const member = await newMember(t, topic);
  await take(t, member, 5);
  member.messages.length = 0;
  member.consumer.seek({ topic, partition: 0, offset: found.offset });
  t.equal('values', values(await take(t, member, 2)), ['3', '4']);
}

async function consumePauseAndResume(t) {
  // A paused topic gives nothing more; resumed, it goes on where it stopped.
  const topic = await newTopic(t);
  await fill(t, topic, 3);
  const member = await newMember(t, topic);
  await take(t, member, 3);
  member.consumer.pause([{ topic }]);
  await fill(t, topic, 3, 0, 3);
  t.step('reading nothing while paused');
  await t.pause(400);
  t.equal('messages while paused', member.messages.length, 3);
  member.consumer.resume([{ topic }]);
  t.equal('values', values(await take(t, member, 6)), values(numbered(6)));
}

async function consumeEachBatch(t) {
  // A batch has its first and last offset.
  const topic = await newTopic(t);
  await fill(t, topic, 10);
  const seen = [];
  const eachBatch = async ({ batch }) => {
    seen.push(...batch.messages.map((one) => Number(one.offset)));
    t.check(Number(batch.lastOffset()) - Number(batch.firstOffset()) < 10, 'a batch is too long');
  };
  await newMember(t, topic, {}, {}, { eachBatch });
  t.step('waiting for the messages');
  await t.eventually(() => seen.length >= 10);
  t.equal('offsets', seen, [...Array(10).keys()]);
}

async function consumeByPattern(t) {
  // A subscription by pattern finds all topics whose names match.
  const prefix = t.name('pattern');
  const admin = await newAdmin(t);
  const topics = [`${prefix}-a`, `${prefix}-b`];
  t.step('creating topics');
  await admin.createTopics({ topics: topics.map((topic) => ({ topic })) });
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
  const found = await readAll(t, topic, 3, { maxBytesPerPartition: 1000 });
  t.check(found.every((one) => one.value.length === 100_000), 'a message was cut');
}

async function consumeManyMessages(t) {
  // Five thousand messages in many batches arrive once and in order.
  const topic = await newTopic(t);
  const producer = await newProducer(t, {}, { 'batch.num.messages': 50 });
  t.step('producing');
  await producer.send({ topic, messages: numbered(5000) });
  t.equal('values', values(await readAll(t, topic, 5000)), values(numbered(5000)));
}

async function consumeReadUncommitted(t) {
  // With read_uncommitted all messages are seen.
  const topic = await newTopic(t);
  await fill(t, topic, 5);
  t.equal('values', values(await readAll(t, topic, 5, { readUncommitted: true })), values(numbered(5)));
}

async function groupOfOne(t) {
  // A group of one member gets all partitions and every message.
  const topic = await newTopic(t, 4);
  const member = await newMember(t, topic);
  t.equal('assignment', owned(member), [0, 1, 2, 3]);
  for (let partition = 0; partition < 4; partition += 1) await fill(t, topic, 2, partition);
  await take(t, member, 8);
}

async function shareOf(t, assignor, sessionTimeout = 10_000) {
  const topic = await newTopic(t, 4);
  const config = { sessionTimeout, partitionAssigners: [assignor] };
  const first = await newMember(t, topic, config);
  const second = await newMember(t, topic, { ...config, groupId: first.groupId });
  t.step('waiting for the partitions to be shared');
  await t.eventually(() => owned(first).length === 2 && owned(second).length === 2);
  t.equal('all', [...owned(first), ...owned(second)].sort(), [0, 1, 2, 3]);
  return { topic, first, second };
}

async function groupRange(t) {
  // Two members share four partitions by the range strategy.
  const { first, second } = await shareOf(t, 'range');
  t.check(Math.abs(owned(first)[0] - owned(first)[1]) === 1, `${owned(first)} and ${owned(second)}`);
}

async function groupRoundRobin(t) {
  // Two members share four partitions by the round robin strategy.
  const { first, second } = await shareOf(t, 'roundrobin');
  t.check(Math.abs(owned(first)[0] - owned(first)[1]) === 2, `${owned(first)} and ${owned(second)}`);
}

async function groupCooperativeSticky(t) {
  // Two members share four partitions by the cooperative sticky strategy, one revoking two of its own.
  await shareOf(t, 'cooperative-sticky');
}

async function groupJoinAndLeave(t) {
  // When a member leaves, the other one gets its partitions without waiting for a session timeout.
  const { first, second } = await shareOf(t, 'range', 30_000);
  t.step('leaving');
  await second.consumer.disconnect();
  t.step('waiting for the partitions of the member that left');
  await t.eventually(() => owned(first).length === 4);
}

async function groupStaticMember(t) {
  // A static member that comes back within its session has its partitions again.
  const topic = await newTopic(t, 2);
  await fill(t, topic, 2);
  const options = { 'group.instance.id': 'one' };
  const first = await newMember(t, topic, {}, options);
  await take(t, first, 2);
  t.step('leaving for a moment');
  await first.consumer.disconnect();
  const second = await newMember(t, topic, { groupId: first.groupId }, options);
  t.equal('partitions', owned(second), [0, 1]);
}

async function groupCommitAndResume(t) {
  // A second member of a group goes on where the first one committed.
  const topic = await newTopic(t);
  await fill(t, topic, 10);
  const first = await newMember(t, topic, { autoCommit: false });
  await take(t, first, 10);
  t.step('committing');
  await first.consumer.commitOffsets([{ topic, partition: 0, offset: '6' }]);
  const [row] = await first.consumer.committed([{ topic, partition: 0 }], 5000);
  t.equal('committed', String(row.offset), '6');
  await first.consumer.disconnect();
  const found = await readAll(t, topic, 4, { groupId: first.groupId });
  t.equal('values', values(found), ['6', '7', '8', '9']);
}

async function groupAutoCommit(t) {
  // With automatic commits the offset is committed by itself.
  const topic = await newTopic(t);
  await fill(t, topic, 5);
  const member = await newMember(t, topic, { autoCommitInterval: 100 });
  await take(t, member, 5);
  const admin = await newAdmin(t);
  t.step('waiting for the commit');
  await t.eventually(async () => {
    const [row] = await admin.fetchOffsets({ groupId: member.groupId });
    return row?.partitions[0].offset === '5';
  });
}

module.exports = [
  consumeFromBeginning, consumeFromEnd, consumeFromSeek, consumeFromTimestamp,
  consumePauseAndResume, consumeEachBatch, consumeByPattern, consumeSmallFetchLimits,
  consumeManyMessages, consumeReadUncommitted, groupOfOne, groupRange, groupRoundRobin,
  groupCooperativeSticky, groupJoinAndLeave, groupStaticMember, groupCommitAndResume,
  groupAutoCommit,
];

'use strict';
// Groups of the consumer protocol (KIP-848), in which the broker assigns the partitions.

const { library } = require('./library');
const { fill, newAdmin, newTopic, owned, take, values } = require('./client');

// 20 s are the limit of a scenario, and with the real broker a member hears of others every five.
const PARTITIONS = 4;

/** A member that runs and collects; its client is configured as librdkafka's, since the style of
 * kafkajs sets what only the classic protocol knows.
 */
async function joined(t, groupId, topics, options = {}) {
  const consumer = new library.KafkaJS.Kafka({}).consumer({
    'bootstrap.servers': t.bootstrap, 'group.id': groupId, 'group.protocol': 'consumer',
    'auto.offset.reset': 'earliest', 'enable.auto.commit': false, 'log_level': 0, ...options,
  });
  t.cleanup(() => consumer.disconnect());
  const member = { consumer, groupId, messages: [] };
  t.step('a member joins');
  await consumer.connect();
  await consumer.subscribe({ topics: [topics].flat() });
  await consumer.run({
    eachMessage: async ({ topic, message }) => member.messages.push({ topic, ...message }),
  });
  return member;
}

async function owning(t, count, ...members) {
  t.step(`waiting until ${members.length} have ${count} partitions each`);
  await t.eventually(() => members.every((one) => owned(one).length === count));
}

/** Two members, the second with these options, and half of the partitions each. */
async function pair(t, topic, options = {}) {
  const first = await joined(t, t.name('group'), topic);
  await owning(t, PARTITIONS, first);
  const second = await joined(t, first.groupId, topic, options);
  await owning(t, PARTITIONS / 2, first, second);
  return [first, second];
}

async function groupOfNextProtocol(t) {
  // Two members of the consumer protocol (KIP-848) share four partitions.
  // FEATURE: consumer groups (KIP-848)
  const [first, second] = await pair(t, await newTopic(t, PARTITIONS));
  t.equal('all', [...owned(first), ...owned(second)].sort(), [0, 1, 2, 3]);
}

async function groupOfNextProtocolKeepsCommits(t) {
  // What two members of the consumer protocol committed stays when one of them leaves.
  // FEATURE: consumer groups (KIP-848)
  const topic = await newTopic(t, PARTITIONS);
  const members = await pair(t, topic);
  t.step('committing as both members');
  for (const one of members) {
    await one.consumer.commitOffsets(
      owned(one).map((partition) => ({ topic, partition, offset: String(10 + partition) })),
    );
  }
  t.step('leaving');
  await members[1].consumer.disconnect();
  await owning(t, PARTITIONS, members[0]);
  const [row] = await (await newAdmin(t)).fetchOffsets({ groupId: members[0].groupId });
  const offsets = row.partitions.sort((a, b) => a.partition - b.partition).map((one) => one.offset);
  t.equal('offsets', offsets, ['10', '11', '12', '13']);
}

async function groupOfNextProtocolStaticMember(t) {
  // A static member of the consumer protocol that comes back has its partitions again.
  // FEATURE: consumer groups (KIP-848)
  const topic = await newTopic(t, PARTITIONS);
  const options = { 'group.instance.id': 'goes' };
  const [stays, goes] = await pair(t, topic, options);
  const had = owned(goes);
  const kept = owned(stays);
  t.step('leaving for a moment');
  await goes.consumer.disconnect();
  const again = await joined(t, goes.groupId, topic, options);
  await owning(t, PARTITIONS / 2, stays, again);
  t.equal('partitions', [owned(again), owned(stays)], [had, kept]);
}

async function groupOfNextProtocolByPattern(t) {
  // The broker matches a member's regular expression: it reads the topics with such names.
  // FEATURE: consumer groups (KIP-848)
  const topics = [await newTopic(t), await newTopic(t)];
  for (const topic of topics) await fill(t, topic, 2);
  const member = await joined(t, t.name('group'), new RegExp(`^(${topics.join('|')})$`));
  t.equal('values', values(await take(t, member, 4)).sort(), ['0', '0', '1', '1']);
}

module.exports = [
  groupOfNextProtocol, groupOfNextProtocolKeepsCommits, groupOfNextProtocolStaticMember,
  groupOfNextProtocolByPattern,
];

'use strict';
// Topics, groups and offsets by the admin of @confluentinc/kafka-javascript, and what is refused.

const { promisify } = require('node:util');
const { library } = require('./library');
const { fill, newAdmin, newMember, newProducer, newTopic, numbered, readAll, refuses, take,
  values } = require('./client');

async function createTopic(t) {
  // A created topic has the partitions that it was asked for, each with a leader that is in sync.
  const topic = await newTopic(t, 3);
  t.step('fetching metadata');
  const [found] = await (await newAdmin(t)).fetchTopicMetadata({ topics: [topic] });
  t.equal('partitions', found.partitions.map((one) => one.partitionId).sort(), [0, 1, 2]);
  for (const one of found.partitions) t.equal('in sync', one.isr, [one.leader]);
}

async function listTopics(t) {
  // All topics are listed.
  const topics = [await newTopic(t), await newTopic(t)];
  const found = await (await newAdmin(t)).listTopics();
  t.check(topics.every((topic) => found.includes(topic)), 'one is missing');
}

async function describeTopicOperations(t) {
  // A topic is described with its id and, where that is asked for, the operations that are allowed.
  const topic = await newTopic(t);
  const admin = await newAdmin(t);
  t.step('describing');
  const options = { topics: [topic], includeAuthorizedOperations: true };
  const [found] = await admin.fetchTopicMetadata(options);
  t.check(found.authorizedOperations.length >= 8, `operations ${found.authorizedOperations}`);
  t.equal('internal', found.isInternal, false);
}

async function deleteTopic(t) {
  // A deleted topic is unknown afterwards.
  const topic = await newTopic(t);
  const admin = await newAdmin(t);
  t.step('deleting');
  await admin.deleteTopics({ topics: [topic] });
  await t.eventually(async () => !(await admin.listTopics()).includes(topic));
}

async function createPartitions(t) {
  // CreatePartitions raises the number of partitions to the new total; it cannot go back.
  const topic = await newTopic(t, 1);
  const client = library.AdminClient.create({ 'bootstrap.servers': t.bootstrap });
  t.cleanup(() => client.disconnect());
  const raise = promisify(client.createPartitions.bind(client));
  t.step('raising');
  await raise(topic, 3, 5000);
  const admin = await newAdmin(t);
  await t.eventually(async () => {
    const [found] = await admin.fetchTopicMetadata({ topics: [topic] });
    return found.partitions.length === 3;
  });
  t.step('shrinking');
  await refuses(t, raise(topic, 2, 5000), 'ERR_INVALID_PARTITIONS');
}

async function fetchTopicOffsets(t) {
  // The start and the end are those of the log.
  const topic = await newTopic(t, 2);
  await fill(t, topic, 7, 1);
  const found = await (await newAdmin(t)).fetchTopicOffsets(topic);
  found.sort((a, b) => a.partition - b.partition);
  t.equal('offsets', found.map((one) => [one.low, one.high]), [['0', '0'], ['0', '7']]);
}

async function fetchTopicOffsetsByTimestamp(t) {
  // The offset for a time is that of the first message which is not older; after the last, the end.
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  const base = Date.now() - 100_000;
  const messages = numbered(4).map((one, i) => ({ ...one, timestamp: String(base + 1000 * i) }));
  t.step('producing');
  await producer.send({ topic, messages });
  const admin = await newAdmin(t);
  for (const [time, offset] of [[0, '0'], [1000, '1'], [1001, '2'], [3001, '4']]) {
    t.step(`asking for ${time} ms`);
    const [found] = await admin.fetchTopicOffsetsByTimestamp(topic, base + time);
    t.equal('offset', found.offset, offset);
  }
}

async function deleteRecords(t) {
  // DeleteRecords moves the start of the log, and a group that was below it goes on at the start.
  const topic = await newTopic(t);
  await fill(t, topic, 10);
  const admin = await newAdmin(t);
  t.step('deleting records');
  const partitions = [{ partition: 0, offset: '4' }];
  const [answer] = await admin.deleteTopicRecords({ topic, partitions });
  t.equal('low watermark', Number(answer.lowWatermark), 4);
  t.equal('values', values(await readAll(t, topic, 6)), values(numbered(6, 0, 4)));
}

async function listGroups(t) {
  // A group is listed with its state and type; a filter by state is obeyed.
  const topic = await newTopic(t);
  const { groupId } = await newMember(t, topic);
  const { ConsumerGroupStates } = library.KafkaJS;
  const admin = await newAdmin(t);
  for (const [state, expected] of [[ConsumerGroupStates.STABLE, 1], [ConsumerGroupStates.EMPTY, 0]]) {
    t.step(`listing those in state ${state}`);
    const { groups } = await admin.listGroups({ matchConsumerGroupStates: [state] });
    t.equal('found', groups.filter((one) => one.groupId === groupId).length, expected);
  }
}

async function describeGroup(t) {
  // A group's description names its members, their client, and what each owns.
  const topic = await newTopic(t, 2);
  const { groupId } = await newMember(t, topic);
  t.step('describing');
  const { groups } = await (await newAdmin(t)).describeGroups([groupId]);
  t.equal('state', groups[0].state, library.KafkaJS.ConsumerGroupStates.STABLE);
  const [member] = groups[0].members;
  t.equal('client', member.clientId, 'compat-confluent');
  const assigned = member.assignment.topicPartitions.map((one) => one.partition);
  t.equal('assignment', assigned.sort(), [0, 1]);
}

async function deleteGroup(t) {
  // A group with a member is not deleted: ERR_NON_EMPTY_GROUP; an empty one is, with its offsets.
  const topic = await newTopic(t);
  const member = await newMember(t, topic);
  const admin = await newAdmin(t);
  t.step('deleting the live group');
  await refuses(t, admin.deleteGroups([member.groupId]), 'ERR_NON_EMPTY_GROUP');
  await member.consumer.disconnect();
  t.step('deleting the empty group');
  const [answer] = await admin.deleteGroups([member.groupId]);
  t.equal('error', answer.errorCode, 0);
  await refuses(t, admin.deleteGroups([member.groupId]), 'ERR_GROUP_ID_NOT_FOUND');
}

async function fetchOffsets(t) {
  // The committed offsets of a group are fetched; where nothing was committed there is none.
  const topic = await newTopic(t, 2);
  const member = await newMember(t, topic, { autoCommit: false });
  t.step('committing');
  await member.consumer.commitOffsets([{ topic, partition: 1, offset: '11' }]);
  t.step('fetching');
  const [row] = await (await newAdmin(t)).fetchOffsets({
    groupId: member.groupId, topics: [{ topic, partitions: [0, 1] }], requireStableOffsets: true,
  });
  const partitions = row.partitions.sort((a, b) => a.partition - b.partition);
  t.equal('offset', partitions[1].offset, '11');
  t.check(Number(partitions[0].offset) < 0, `offset ${partitions[0].offset}`);
}

async function produceToUnknownTopic(t) {
  // Producing to an unknown topic, without auto creation, is ERR_UNKNOWN_TOPIC_OR_PART.
  const producer = await newProducer(t, {}, { 'topic.metadata.propagation.max.ms': 500 });
  t.step('producing');
  const sent = producer.send({ topic: t.name('unknown'), messages: [{ value: 'x' }] });
  await refuses(t, sent, 'ERR_UNKNOWN_TOPIC_OR_PART');
}

async function autoCreateTopic(t) {
  // A topic that a client may create by using it is there after a retry.
  const options = { 'allow.auto.create.topics': true };
  const producer = await newProducer(t, { allowAutoTopicCreation: true }, options);
  t.step('producing');
  const [answer] = await producer.send({ topic: t.name('auto'), messages: [{ value: 'x' }] });
  t.equal('offset', answer.baseOffset, '0');
}

async function consumeBehindEnd(t) {
  // A consumer that seeks behind the end falls back to where it was to begin.
  const topic = await newTopic(t);
  await fill(t, topic, 3);
  const member = await newMember(t, topic);
  await take(t, member, 3);
  member.messages.length = 0;
  member.consumer.seek({ topic, partition: 0, offset: '100' });
  t.equal('values', values(await take(t, member, 3)), ['0', '1', '2']);
}

async function createTopicThatExists(t) {
  // A topic that exists is not created again; the client says false for ERR_TOPIC_ALREADY_EXISTS.
  const topic = await newTopic(t);
  const admin = await newAdmin(t);
  t.step('creating');
  t.equal('created', await admin.createTopics({ topics: [{ topic }] }), false);
}

async function refused(t, topic, name) {
  const admin = await newAdmin(t);
  t.step(`creating ${JSON.stringify(topic).slice(0, 60)}`);
  await refuses(t, admin.createTopics({ topics: [topic] }), name);
}

async function createTopicWithInvalidName(t) {
  // Names that are too long, dots only or have other characters are ERR_TOPIC_EXCEPTION.
  for (const topic of ['..', 'a b', 'x'.repeat(250)]) {
    await refused(t, { topic }, 'ERR_TOPIC_EXCEPTION');
  }
}

async function createTopicWithInvalidConfig(t) {
  // A config that has a wrong value is ERR_INVALID_CONFIG.
  const configEntries = [{ name: 'retention.ms', value: 'soon' }];
  await refused(t, { topic: t.name('topic'), configEntries }, 'ERR_INVALID_CONFIG');
}

async function createTopicWithTooManyReplicas(t) {
  // More replicas than brokers are ERR_INVALID_REPLICATION_FACTOR.
  const topic = { topic: t.name('topic'), numPartitions: 1, replicationFactor: 3 };
  await refused(t, topic, 'ERR_INVALID_REPLICATION_FACTOR');
}

async function deleteUnknownTopic(t) {
  // A topic that is not there cannot be deleted: ERR_UNKNOWN_TOPIC_OR_PART.
  const admin = await newAdmin(t);
  t.step('deleting');
  const deleted = admin.deleteTopics({ topics: [t.name('unknown')] });
  await refuses(t, deleted, 'ERR_UNKNOWN_TOPIC_OR_PART');
}

module.exports = [
  createTopic, listTopics, describeTopicOperations, deleteTopic, createPartitions,
  fetchTopicOffsets, fetchTopicOffsetsByTimestamp, deleteRecords, listGroups, describeGroup,
  deleteGroup, fetchOffsets, produceToUnknownTopic, autoCreateTopic, consumeBehindEnd,
  createTopicThatExists, createTopicWithInvalidName, createTopicWithInvalidConfig,
  createTopicWithTooManyReplicas, deleteUnknownTopic,
];

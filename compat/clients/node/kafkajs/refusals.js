'use strict';
// What a broker refuses, as kafkajs says it.

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ConfigResourceTypes,
  ResourcePatternTypes } = require('kafkajs');
const { entries, fill, newAdmin, newKafka, newMember, newProducer, newTopic, numbered,
  take, values } = require('./client');

/** Create a topic that cannot be; the error's type. */
async function refused(t, topic, part) {
  const admin = await newAdmin(t);
  t.step(`creating ${JSON.stringify(topic).slice(0, 60)}`);
  await t.rejects(admin.createTopics({ waitForLeaders: false, topics: [topic] }), part);
}

async function produceToUnknownTopic(t) {
  // Producing to an unknown topic, without auto creation, is UNKNOWN_TOPIC_OR_PARTITION.
  const producer = await newProducer(t, { retry: { retries: 1, initialRetryTime: 50 } });
  t.step('producing');
  const sent = producer.send({ topic: t.name('unknown'), messages: numbered(1) });
  await t.rejects(sent, 'UNKNOWN_TOPIC_OR_PARTITION');
}

async function autoCreateTopic(t) {
  // A topic that a client may create by using it is there after a retry.
  const producer = await newProducer(t, { allowAutoTopicCreation: true });
  const topic = t.name('auto');
  t.step('producing');
  const [answer] = await producer.send({ topic, messages: numbered(1) });
  t.equal('offset', answer.baseOffset, '0');
  t.check((await (await newAdmin(t)).listTopics()).includes(topic), 'it is not listed');
}

async function produceToInvalidTopic(t) {
  // A name that cannot be is refused also where topics are created by using them: INVALID_TOPIC_EXCEPTION.
  const producer = await newProducer(t, { allowAutoTopicCreation: true, retry: { retries: 0 } });
  t.step('producing');
  const sent = producer.send({ topic: 'no spaces allowed', messages: numbered(1) });
  await t.rejects(sent, 'INVALID_TOPIC_EXCEPTION');
}

async function consumeUnknownTopic(t) {
  // An unknown topic cannot be consumed: UNKNOWN_TOPIC_OR_PARTITION.
  const consumer = newKafka(t).consumer({
    groupId: t.name('group'), allowAutoTopicCreation: false, retry: { retries: 1 },
  });
  t.cleanup(() => consumer.disconnect());
  t.step('subscribing');
  await consumer.connect();
  await t.rejects(consumer.subscribe({ topics: [t.name('unknown')] }), 'UNKNOWN_TOPIC_OR_PARTITION');
}

async function consumeBehindEnd(t) {
  // A consumer that seeks behind the end is told so, and falls back to where it was to begin.
  const topic = await newTopic(t);
  await fill(t, topic, 3);
  const member = await newMember(t, topic);
  await take(t, member, 3);
  member.messages.length = 0;
  member.consumer.seek({ topic, partition: 0, offset: '100' });
  t.equal('values', values(await take(t, member, 3)), ['0', '1', '2']);
}

async function consumeBelowStart(t) {
  // A group whose offset was deleted from the log goes on at the log's start.
  const topic = await newTopic(t);
  await fill(t, topic, 6);
  const admin = await newAdmin(t);
  const groupId = t.name('group');
  t.step('preparing');
  await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '1' }] });
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] });
  const member = await newMember(t, topic, { groupId });
  t.equal('values', values(await take(t, member, 2)), ['4', '5']);
}

async function createTopicThatExists(t) {
  // A topic that exists is not created again; kafkajs says false for TOPIC_ALREADY_EXISTS.
  const topic = await newTopic(t);
  const admin = await newAdmin(t);
  t.step('creating');
  t.equal('created', await admin.createTopics({ topics: [{ topic }] }), false);
}

async function createTopicWithInvalidName(t) {
  // Names that are too long, dots only or have other characters are INVALID_TOPIC_EXCEPTION.
  for (const topic of ['.', '..', 'a b', 'ä', 'x'.repeat(250)]) {
    await refused(t, { topic }, 'INVALID_TOPIC_EXCEPTION');
  }
}

async function createTopicThatCollides(t) {
  // A name that differs from another one in dots and underscores only is INVALID_TOPIC_EXCEPTION.
  const topic = `${t.name('a')}.b`;
  const admin = await newAdmin(t);
  t.step('creating the first');
  await admin.createTopics({ topics: [{ topic }] });
  await refused(t, { topic: topic.replace('.', '_') }, 'INVALID_TOPIC_EXCEPTION');
}

async function createTopicWithInvalidConfig(t) {
  // A config that is unknown or has a wrong value is INVALID_CONFIG.
  for (const configs of [{ 'no.such.config': '1' }, { 'retention.ms': 'soon' }]) {
    await refused(t, { topic: t.name('topic'), configEntries: entries(configs) }, 'INVALID_CONFIG');
  }
}

async function createTopicWithTooManyReplicas(t) {
  // More replicas than brokers are INVALID_REPLICATION_FACTOR.
  const topic = { topic: t.name('topic'), replicationFactor: 3 };
  await refused(t, topic, 'INVALID_REPLICATION_FACTOR');
}

async function createTopicWithoutPartitions(t) {
  // No partitions are INVALID_PARTITIONS.
  await refused(t, { topic: t.name('topic'), numPartitions: 0 }, 'INVALID_PARTITIONS');
}

async function createTopicOnUnknownBroker(t) {
  // Replicas on a broker that is not there are INVALID_REPLICA_ASSIGNMENT.
  const replicaAssignment = [{ partition: 0, replicas: [4711] }];
  const topic = { topic: t.name('topic'), numPartitions: -1, replicationFactor: -1, replicaAssignment };
  await refused(t, topic, 'INVALID_REPLICA_ASSIGNMENT');
}

async function deleteUnknownTopic(t) {
  // A topic that is not there cannot be deleted: UNKNOWN_TOPIC_OR_PARTITION.
  const admin = await newAdmin(t, { retry: { retries: 0 } });
  t.step('deleting');
  const deleted = admin.deleteTopics({ topics: [t.name('unknown')] });
  await t.rejects(deleted, 'UNKNOWN_TOPIC_OR_PARTITION');
}

async function createPartitionsCannotShrink(t) {
  // A smaller number of partitions is refused: INVALID_PARTITIONS.
  const topic = await newTopic(t, 3);
  const admin = await newAdmin(t);
  t.step('shrinking');
  const shrunk = admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] });
  await t.rejects(shrunk, 'INVALID_PARTITIONS');
}

async function describeUnknownTopic(t) {
  // Metadata of an unknown topic, without auto creation, is UNKNOWN_TOPIC_OR_PARTITION.
  const admin = await newAdmin(t, { retry: { retries: 0 } });
  t.step('fetching metadata');
  const fetched = admin.fetchTopicMetadata({ topics: [t.name('unknown')] });
  await t.rejects(fetched, 'UNKNOWN_TOPIC_OR_PARTITION');
}

async function alterConfigsRejectsValue(t) {
  // A value that cannot be is refused and changes nothing: INVALID_CONFIG.
  const topic = await newTopic(t);
  const admin = await newAdmin(t);
  t.step('altering');
  const configEntries = entries({ 'retention.ms': 'soon' });
  const resources = [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }];
  await t.rejects(admin.alterConfigs({ validateOnly: false, resources }), 'INVALID_CONFIG');
}

async function deleteRecordsBehindEnd(t) {
  // Records behind the end cannot be deleted: OFFSET_OUT_OF_RANGE.
  const topic = await newTopic(t);
  const admin = await newAdmin(t, { retry: { retries: 0 } });
  await admin.fetchTopicOffsets(topic); // deleteTopicRecords loads no metadata by itself
  t.step('deleting records');
  const partitions = [{ partition: 0, offset: '5' }];
  const error = await t.rejects(admin.deleteTopicRecords({ topic, partitions }), 'Error while deleting records');
  t.equal('type', error.cause.partitions[0].error.type, 'OFFSET_OUT_OF_RANGE');
}

async function aclsWithoutAuthorizer(t) {
  // Without an authorizer ACLs cannot be described, created or deleted: SECURITY_DISABLED.
  // FEATURE: security
  const admin = await newAdmin(t, { retry: { retries: 0 } });
  const one = {
    resourceType: AclResourceTypes.TOPIC, resourceName: 'x', principal: 'User:x', host: '*',
    resourcePatternType: ResourcePatternTypes.LITERAL, operation: AclOperationTypes.READ,
    permissionType: AclPermissionTypes.ALLOW,
  };
  t.step('describing');
  await t.rejects(admin.describeAcls(one), 'SECURITY_DISABLED');
  t.step('creating');
  await t.rejects(admin.createAcls({ acl: [one] }), 'SECURITY_DISABLED');
  t.step('deleting');
  await t.rejects(admin.deleteAcls({ filters: [one] }), 'SECURITY_DISABLED');
}

async function connectToNobody(t) {
  // Where nobody listens the client says so, after its retries.
  const admin = newKafka(t, { brokers: ['127.0.0.1:1'], retry: { retries: 1 } }).admin();
  t.step('connecting');
  await t.rejects(admin.connect(), 'ECONNREFUSED');
}

module.exports = [
  produceToUnknownTopic, autoCreateTopic, produceToInvalidTopic, consumeUnknownTopic,
  consumeBehindEnd, consumeBelowStart, createTopicThatExists, createTopicWithInvalidName,
  createTopicThatCollides, createTopicWithInvalidConfig, createTopicWithTooManyReplicas,
  createTopicWithoutPartitions, createTopicOnUnknownBroker, deleteUnknownTopic,
  createPartitionsCannotShrink, describeUnknownTopic, alterConfigsRejectsValue,
  deleteRecordsBehindEnd, aclsWithoutAuthorizer, connectToNobody,
];

'use strict';
// Topics, configs and the cluster by the admin of kafkajs.

const { ConfigResourceTypes, ConfigSource } = require('kafkajs');
const { entries, fill, newAdmin, newProducer, newTopic, numbered } = require('./client');

const { BROKER, TOPIC } = ConfigResourceTypes;

/** A config entry of a topic. */
async function describeConfig(admin, topic, name) {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: true, resources: [{ type: TOPIC, name: topic, configNames: [name] }],
  });
  return resources[0].configEntries[0];
}

async function createTopic(t) {
  // A created topic has the partitions and the configs it was asked for.
  const topic = await newTopic(t, 3, { 'retention.ms': '1234567' });
  const admin = await newAdmin(t);
  t.step('fetching metadata');
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  t.equal('partitions', topics[0].partitions.map((one) => one.partitionId).sort(), [0, 1, 2]);
  const config = await describeConfig(admin, topic, 'retention.ms');
  t.equal('retention.ms', config.configValue, '1234567');
}

async function createTopicWithDefaults(t) {
  // A topic that is created with -1 partitions and replicas gets the broker's defaults.
  const topic = t.name('topic');
  const admin = await newAdmin(t);
  t.step('creating');
  t.equal('created', await admin.createTopics({ topics: [{ topic }] }), true);
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  t.equal('partitions', topics[0].partitions.length, 1);
  t.equal('replicas', topics[0].partitions[0].replicas.length, 1);
}

async function createTopicValidateOnly(t) {
  // Validating a creation answers as creating does, and creates nothing.
  const topic = t.name('topic');
  const admin = await newAdmin(t);
  t.step('validating');
  const answer = await admin.createTopics({
    validateOnly: true, waitForLeaders: false, topics: [{ topic, numPartitions: 2 }],
  });
  t.equal('answer', answer, true);
  t.check(!(await admin.listTopics()).includes(topic), 'it was created');
}

async function createTopicWithAssignment(t) {
  // A topic can be created with its replicas given.
  const admin = await newAdmin(t);
  const { brokers } = await admin.describeCluster();
  const topic = t.name('topic');
  const replicas = [brokers[0].nodeId];
  t.step('creating');
  const replicaAssignment = [{ partition: 0, replicas }, { partition: 1, replicas }];
  await admin.createTopics({
    topics: [{ topic, numPartitions: -1, replicationFactor: -1, replicaAssignment }],
  });
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  t.equal('replicas', topics[0].partitions.map((one) => one.replicas), [replicas, replicas]);
}

async function listTopics(t) {
  // All topics are listed.
  const topics = [await newTopic(t), await newTopic(t)];
  const found = await (await newAdmin(t)).listTopics();
  t.check(topics.every((topic) => found.includes(topic)), 'one is missing');
}

async function describeTopic(t) {
  // Each partition has a leader, which is in sync, and no replica is offline.
  const topic = await newTopic(t, 2);
  const { topics } = await (await newAdmin(t)).fetchTopicMetadata({ topics: [topic] });
  for (const partition of topics[0].partitions) {
    t.equal('error', partition.partitionErrorCode, 0);
    t.equal('in sync', partition.isr, [partition.leader]);
    t.equal('offline', partition.offlineReplicas, []);
  }
}

async function describeAllTopics(t) {
  // Metadata without names is that of all topics.
  const topic = await newTopic(t);
  const { topics } = await (await newAdmin(t)).fetchTopicMetadata();
  t.check(topics.some((one) => one.name === topic), 'it is missing');
}

async function deleteTopic(t) {
  // A deleted topic is unknown afterwards.
  const topic = await newTopic(t);
  const admin = await newAdmin(t);
  t.step('deleting');
  await admin.deleteTopics({ topics: [topic] });
  await t.eventually(async () => !(await admin.listTopics()).includes(topic));
}

async function recreateTopic(t) {
  // A topic that is deleted and created again has none of its old messages.
  const topic = await newTopic(t);
  await fill(t, topic, 5);
  const admin = await newAdmin(t);
  t.step('deleting');
  await admin.deleteTopics({ topics: [topic] });
  t.step('creating again');
  const again = { waitForLeaders: false, topics: [{ topic }] };
  await t.eventually(() => admin.createTopics(again).catch(() => false));
  t.step('asking for offsets');
  const [found] = await t.eventually(() => admin.fetchTopicOffsets(topic).catch(() => false));
  t.equal('end', found.high, '0');
}

async function createPartitions(t) {
  // CreatePartitions raises the number of partitions to the new total.
  const topic = await newTopic(t, 1);
  const admin = await newAdmin(t);
  t.step('raising');
  const topicPartitions = [{ topic, count: 3 }];
  await admin.createPartitions({ topicPartitions });
  await t.eventually(async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0].partitions.length === 3;
  });
}

async function createPartitionsValidateOnly(t) {
  // Validating more partitions changes nothing.
  const topic = await newTopic(t, 1);
  const admin = await newAdmin(t);
  t.step('validating');
  const topicPartitions = [{ topic, count: 3 }];
  await admin.createPartitions({ topicPartitions, validateOnly: true });
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  t.equal('partitions', topics[0].partitions.length, 1);
}

async function fetchTopicOffsets(t) {
  // The start and the end are those of the log.
  const topic = await newTopic(t, 2);
  await fill(t, topic, 7, 1);
  const found = await (await newAdmin(t)).fetchTopicOffsets(topic);
  found.sort((a, b) => a.partition - b.partition);
  t.equal('offsets', found, [
    { partition: 0, offset: '0', high: '0', low: '0' },
    { partition: 1, offset: '7', high: '7', low: '0' },
  ]);
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
  // DeleteRecords moves the start of the log.
  const topic = await newTopic(t);
  await fill(t, topic, 10);
  const admin = await newAdmin(t);
  await admin.fetchTopicOffsets(topic); // deleteTopicRecords loads no metadata by itself
  t.step('deleting records');
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] });
  const [found] = await admin.fetchTopicOffsets(topic);
  t.equal('offsets', [found.low, found.high], ['4', '10']);
}

async function deleteAllRecords(t) {
  // DeleteRecords to -1 empties the log.
  const topic = await newTopic(t);
  await fill(t, topic, 10);
  const admin = await newAdmin(t);
  await admin.fetchTopicOffsets(topic); // deleteTopicRecords loads no metadata by itself
  t.step('deleting records');
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '-1' }] });
  const [found] = await admin.fetchTopicOffsets(topic);
  t.equal('offsets', [found.low, found.high], ['10', '10']);
}

async function describeCluster(t) {
  // The cluster has an id, a controller and the broker that was asked.
  const found = await (await newAdmin(t)).describeCluster();
  t.check(/^[\w-]{22}$/.test(found.clusterId), `cluster id ${found.clusterId}`);
  t.check(found.brokers.some((one) => one.nodeId === found.controller), 'no controller');
  const addresses = found.brokers.map((one) => `${one.host}:${one.port}`);
  t.check(addresses.includes(t.bootstrap), `brokers ${addresses}`);
}

async function describeTopicConfigs(t) {
  // A topic's configs have their values, where they come from, and the synonyms they inherit.
  const topic = await newTopic(t, 1, { 'segment.bytes': '2000000' });
  const admin = await newAdmin(t);
  t.step('describing');
  const found = await describeConfig(admin, topic, 'segment.bytes');
  t.equal('value', found.configValue, '2000000');
  t.equal('source', found.configSource, ConfigSource.TOPIC_CONFIG);
  const names = found.configSynonyms.map((one) => one.configName);
  t.equal('synonyms', names, ['segment.bytes', 'log.segment.bytes']);
  const inherited = await describeConfig(admin, topic, 'retention.ms');
  t.equal('default', [inherited.configSource, inherited.isDefault], [ConfigSource.DEFAULT_CONFIG, true]);
}

async function describeAllTopicConfigs(t) {
  // Without names all configs of a topic are described, none of them twice.
  const topic = await newTopic(t);
  const admin = await newAdmin(t);
  t.step('describing');
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false, resources: [{ type: TOPIC, name: topic }],
  });
  const names = resources[0].configEntries.map((one) => one.configName);
  t.equal('unique', new Set(names).size, names.length);
  for (const name of ['cleanup.policy', 'max.message.bytes', 'min.insync.replicas']) {
    t.check(names.includes(name), `${name} is missing`);
  }
}

async function describeBrokerConfigs(t) {
  // A broker's configs are described, its own id among them.
  const admin = await newAdmin(t);
  const { controller } = await admin.describeCluster();
  t.step('describing');
  const { resources } = await admin.describeConfigs({
    includeSynonyms: true, resources: [{ type: BROKER, name: String(controller) }],
  });
  t.equal('error', resources[0].errorCode, 0);
  const found = Object.fromEntries(
    resources[0].configEntries.map((one) => [one.configName, one.configValue]),
  );
  t.equal('message.max.bytes', found['message.max.bytes'], '1048588');
  t.equal('num.partitions', found['num.partitions'], '1');
}

async function alterTopicConfigs(t) {
  // AlterConfigs replaces all configs of a topic.
  const topic = await newTopic(t, 1, { 'retention.ms': '100000' });
  const admin = await newAdmin(t);
  t.step('altering');
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: TOPIC, name: topic, configEntries: entries({ 'cleanup.policy': 'compact' }) }],
  });
  await t.eventually(async () => {
    const found = await describeConfig(admin, topic, 'cleanup.policy');
    return found.configValue === 'compact';
  });
  const dropped = await describeConfig(admin, topic, 'retention.ms');
  t.equal('retention.ms', [dropped.configValue, dropped.isDefault], ['604800000', true]);
}

async function alterConfigsValidateOnly(t) {
  // Validating an alteration changes nothing.
  const topic = await newTopic(t);
  const admin = await newAdmin(t);
  t.step('validating');
  await admin.alterConfigs({
    validateOnly: true,
    resources: [{ type: TOPIC, name: topic, configEntries: entries({ 'retention.ms': '5' }) }],
  });
  const found = await describeConfig(admin, topic, 'retention.ms');
  t.equal('retention.ms', found.configValue, '604800000');
}

async function listReassignments(t) {
  // Where no partition moves, no reassignment is listed.
  // FEATURE: several brokers
  const topic = await newTopic(t);
  const admin = await newAdmin(t);
  t.step('listing');
  const { topics } = await admin.listPartitionReassignments({ topics: [{ topic, partitions: [0] }] });
  t.equal('topics', topics, []);
}

async function reassignToSameReplicas(t) {
  // A reassignment to the replicas that a partition has is done at once.
  // FEATURE: several brokers
  const topic = await newTopic(t);
  const admin = await newAdmin(t);
  const { controller } = await admin.describeCluster();
  t.step('reassigning');
  const partitionAssignment = [{ partition: 0, replicas: [controller] }];
  await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] });
  const { topics } = await admin.listPartitionReassignments({ topics: [{ topic, partitions: [0] }] });
  t.equal('topics', topics, []);
}

module.exports = [
  createTopic, createTopicWithDefaults, createTopicValidateOnly, createTopicWithAssignment,
  listTopics, describeTopic, describeAllTopics, deleteTopic, recreateTopic, createPartitions,
  createPartitionsValidateOnly, fetchTopicOffsets, fetchTopicOffsetsByTimestamp, deleteRecords,
  deleteAllRecords, describeCluster, describeTopicConfigs, describeAllTopicConfigs,
  describeBrokerConfigs, alterTopicConfigs, alterConfigsValidateOnly, listReassignments,
  reassignToSameReplicas,
];

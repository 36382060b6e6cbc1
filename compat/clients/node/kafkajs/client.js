'use strict';
// What the scenarios of kafkajs share: clients that log nothing and are closed at the end, topics
// of their own, and a consumer that collects.

const kafkajs = require('kafkajs');

const { Kafka, logLevel } = kafkajs;

/** A client; its retries stay within a scenario's limit. */
function newKafka(t, options = {}) {
  return new Kafka({
    brokers: [t.bootstrap],
    clientId: 'compat-kafkajs',
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50, maxRetryTime: 1000, retries: 8 },
    ...options,
  });
}

async function newAdmin(t, options = {}) {
  const admin = newKafka(t, options).admin();
  t.cleanup(() => admin.disconnect());
  t.step('connecting the admin');
  await admin.connect();
  return admin;
}

/** The config entries of an object. */
function entries(configs) {
  return Object.entries(configs).map(([name, value]) => ({ name, value }));
}

/** A new topic's name; it serves when this returns. */
async function newTopic(t, numPartitions = 1, configs = {}) {
  const topic = t.name('topic');
  const admin = await newAdmin(t);
  t.step('creating a topic');
  await admin.createTopics({
    waitForLeaders: false,
    topics: [{ topic, numPartitions, replicationFactor: 1, configEntries: entries(configs) }],
  });
  // Kafka answers before all of it serves, and waitForLeaders does not bear that.
  await t.eventually(() => admin.fetchTopicOffsets(topic).catch(() => false));
  return topic;
}

async function newProducer(t, config = {}) {
  const producer = newKafka(t).producer({
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    ...config,
  });
  t.cleanup(() => producer.disconnect());
  t.step('connecting a producer');
  await producer.connect();
  return producer;
}

/** Messages with the values from `first` on. */
function numbered(count, partition = 0, first = 0) {
  return Array.from({ length: count }, (_, i) => ({ value: String(first + i), partition }));
}

/** Send `count` numbered messages to a partition. */
async function fill(t, topic, count, partition = 0, first = 0) {
  const producer = await newProducer(t);
  t.step(`filling partition ${partition}`);
  await producer.send({ topic, messages: numbered(count, partition, first) });
}

/** A member of a group, subscribed and running; what it reads is collected in `messages`.
 *
 * `config` is the consumer's, `running` what run() takes; `groupId` and `fromBeginning` stand
 * among the config for brevity.
 */
async function newMember(t, topics, config = {}, running = {}) {
  const { fromBeginning = true, groupId = t.name('group'), ...rest } = config;
  const consumer = newKafka(t).consumer({
    groupId,
    maxWaitTimeInMs: 200, // disconnect() waits for the fetch
    heartbeatInterval: 300, // this is how a member notices a rebalance
    sessionTimeout: 10_000,
    rebalanceTimeout: 5_000,
    allowAutoTopicCreation: false,
    ...rest,
  });
  const member = { consumer, groupId, messages: [], assigned: null, joins: 0, crash: null };
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    member.assigned = payload.memberAssignment;
    member.joins += 1;
    member.memberId = payload.memberId;
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) member.crash = payload.error; // else kafkajs joins again by itself
  });
  t.cleanup(() => consumer.disconnect());
  t.step('connecting a consumer');
  await consumer.connect();
  await consumer.subscribe({ topics: [topics].flat(), fromBeginning });
  const collect = async ({ topic, partition, message }) => {
    member.messages.push({ topic, partition, ...message });
  };
  t.step('joining the group');
  await consumer.run(running.eachBatch ? running : { eachMessage: collect, ...running });
  await t.eventually(() => member.assigned || member.crash);
  return member;
}

/** Wait until a member has `count` messages; a surplus is a failure. */
async function take(t, member, count) {
  t.step(`waiting for ${count} messages`);
  await t.eventually(() => member.crash || member.messages.length >= count);
  if (member.crash) throw member.crash;
  t.equal('number of messages', member.messages.length, count);
  return member.messages;
}

/** All messages of a topic, read by a group of its own. */
async function readAll(t, topic, count, config = {}) {
  const member = await newMember(t, topic, config);
  return take(t, member, count);
}

/** The values as texts. */
function values(messages) {
  return messages.map(({ value }) => String(value));
}

/** The partitions of a topic that a member has. */
function owned(member, topic) {
  return member.assigned?.[topic]?.length ?? 0;
}

module.exports = {
  entries, fill, newAdmin, newKafka, newMember, newProducer, newTopic, numbered, owned, readAll,
  take, values,
};

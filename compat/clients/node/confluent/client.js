'use strict';
// What the scenarios of @confluentinc/kafka-javascript share: clients that log nothing and are
// closed at the end, topics of their own, and a consumer that collects.

const { library } = require('./library');

const CODES = library.KafkaJS?.ErrorCodes;

/** A client; `options` are librdkafka's. */
function newKafka(t, options = {}) {
  const { Kafka, logLevel } = library.KafkaJS;
  const kafkaJS = { brokers: [t.bootstrap], clientId: 'compat-confluent', logLevel: logLevel.NOTHING };
  return new Kafka({ ...options, kafkaJS });
}

async function newAdmin(t) {
  const admin = newKafka(t).admin();
  t.cleanup(() => admin.disconnect());
  t.step('connecting the admin');
  await admin.connect();
  return admin;
}

/** A new topic's name; it serves when this returns. */
async function newTopic(t, numPartitions = 1, configs = {}) {
  const topic = t.name('topic');
  const admin = await newAdmin(t);
  t.step('creating a topic');
  const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }));
  await admin.createTopics({ topics: [{ topic, numPartitions, replicationFactor: 1, configEntries }] });
  // Kafka answers before all of it serves.
  await t.eventually(() => admin.fetchTopicOffsets(topic).catch(() => false));
  return topic;
}

/** A connected producer. `kafkaJS` are the options in the style of kafkajs, `options` librdkafka's. */
async function newProducer(t, kafkaJS = {}, options = {}) {
  const producer = newKafka(t).producer({
    'linger.ms': 1,
    'allow.auto.create.topics': false,
    ...options,
    kafkaJS: { allowAutoTopicCreation: false, ...kafkaJS },
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
 * It returns when the member has partitions, unless `options` say that it will not.
 */
async function newMember(t, topics, kafkaJS = {}, options = {}, running = {}) {
  const { groupId = t.name('group'), ...rest } = kafkaJS;
  const consumer = newKafka(t).consumer({
    'heartbeat.interval.ms': 300, // this is how a member notices a rebalance
    'fetch.wait.max.ms': 100,
    ...options,
    kafkaJS: { groupId, fromBeginning: true, allowAutoTopicCreation: false, ...rest },
  });
  const member = { consumer, groupId, messages: [] };
  t.cleanup(() => consumer.disconnect());
  t.step('connecting a consumer');
  await consumer.connect();
  await consumer.subscribe({ topics: [topics].flat() });
  const collect = async ({ topic, partition, message }) => {
    member.messages.push({ topic, partition, ...message });
  };
  t.step('joining the group');
  await consumer.run(running.eachBatch ? running : { eachMessage: collect, ...running });
  await t.eventually(() => consumer.assignment().length > 0);
  return member;
}

/** Wait until a member has `count` messages; a surplus is a failure. */
async function take(t, member, count) {
  t.step(`waiting for ${count} messages`);
  await t.eventually(() => member.messages.length >= count);
  t.equal('number of messages', member.messages.length, count);
  return member.messages;
}

/** All messages of a topic, read by a group of its own. */
async function readAll(t, topic, count, kafkaJS = {}, options = {}) {
  return take(t, await newMember(t, topic, kafkaJS, options), count);
}

/** The values as texts. */
function values(messages) {
  return messages.map(({ value }) => String(value));
}

/** The partitions that a member has, sorted. */
function owned(member) {
  return member.consumer.assignment().map((one) => one.partition).sort((a, b) => a - b);
}

/** An error must come whose code is librdkafka's `name`, its own or that of what it wraps. */
async function refuses(t, promise, name) {
  const error = await t.rejects(promise, '');
  const all = [error, error.cause, ...(error.errors ?? []), ...(error.groups ?? []).map((one) => one.error)];
  const codes = all.filter(Boolean).map((one) => one.code);
  const texts = Object.keys(CODES).filter((key) => codes.includes(CODES[key]));
  t.check(texts.includes(name), `error ${texts} (${error.message}), expected ${name}`);
  return error;
}

module.exports = {
  fill, newAdmin, newKafka, newMember, newProducer, newTopic, numbered, owned, readAll, refuses,
  take, values,
};

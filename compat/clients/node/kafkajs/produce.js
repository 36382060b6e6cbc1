'use strict';
// Producing with kafkajs.

const { CompressionTypes } = require('./codecs');
const { fill, newAdmin, newProducer, newTopic, numbered, readAll, values } = require('./client');

async function roundTrip(t, compression) {
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  const value = 'compressible '.repeat(200);
  const messages = Array.from({ length: 20 }, (_, i) => ({ key: String(i), value }));
  t.step('producing');
  await producer.send({ topic, messages, compression });
  const found = await readAll(t, topic, 20);
  t.equal('offsets', found.map((one) => Number(one.offset)), [...messages.keys()]);
  t.equal('keys', found.map((one) => String(one.key)), messages.map((one) => one.key));
  t.check(found.every((one) => String(one.value) === value), 'a value differs');
}

async function produceUncompressed(t) {
  // Uncompressed messages come back with their keys, values and offsets.
  await roundTrip(t, CompressionTypes.None);
}

async function produceGzip(t) {
  // A gzip batch comes back with its keys, values and offsets.
  await roundTrip(t, CompressionTypes.GZIP);
}

async function produceSnappy(t) {
  // A snappy batch comes back with its keys, values and offsets.
  await roundTrip(t, CompressionTypes.Snappy);
}

async function produceLz4(t) {
  // An lz4 batch comes back with its keys, values and offsets.
  await roundTrip(t, CompressionTypes.LZ4);
}

async function produceZstd(t) {
  // A zstd batch comes back with its keys, values and offsets.
  await roundTrip(t, CompressionTypes.ZSTD);
}

async function produceRecompressed(t) {
  // A topic's compression.type has the broker compress what came uncompressed; nothing is lost.
  const topic = await newTopic(t, 1, { 'compression.type': 'gzip' });
  await fill(t, topic, 50);
  t.equal('values', values(await readAll(t, topic, 50)), values(numbered(50)));
}

async function produceNullKeyAndValue(t) {
  // Null and empty are different, for keys and for values.
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  t.step('producing');
  await producer.send({ topic, messages: [{ key: null, value: '' }, { key: '', value: null }] });
  const [first, second] = await readAll(t, topic, 2);
  t.equal('first', [first.key, first.value], [null, Buffer.alloc(0)]);
  t.equal('second', [second.key, second.value], [Buffer.alloc(0), null]);
}

async function produceHeaders(t) {
  // Headers keep repeated keys, empty values and any bytes.
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  const headers = { a: ['1', '2'], empty: '', 'ü': Buffer.from([0, 255]) };
  t.step('producing');
  await producer.send({ topic, messages: [{ value: 'x', headers }] });
  const [found] = await readAll(t, topic, 1);
  t.equal('repeated', found.headers.a.map(String), ['1', '2']);
  t.equal('empty', found.headers.empty, Buffer.alloc(0));
  t.equal('bytes', found.headers['ü'], Buffer.from([0, 255]));
}

async function produceTimestamps(t) {
  // The producer's timestamps come back, also those that are not in order.
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  const now = Date.now();
  const moments = [now, now - 3_600_000, now + 1000].map(String);
  t.step('producing');
  await producer.send({ topic, messages: moments.map((timestamp) => ({ value: 'x', timestamp })) });
  const found = await readAll(t, topic, 3);
  t.equal('timestamps', found.map((one) => one.timestamp), moments);
}

async function produceLogAppendTime(t) {
  // With message.timestamp.type=LogAppendTime the answer has the broker's time, not the producer's.
  const topic = await newTopic(t, 1, { 'message.timestamp.type': 'LogAppendTime' });
  const producer = await newProducer(t);
  t.step('producing');
  const old = String(Date.now() - 3_600_000);
  const [answer] = await producer.send({ topic, messages: [{ value: 'x', timestamp: old }] });
  const age = Date.now() - Number(answer.logAppendTime);
  t.check(Math.abs(age) < 60_000, `the append time is ${answer.logAppendTime}`);
}

async function produceAcksZero(t) {
  // With acks=0 nothing is answered and the messages are there all the same.
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  t.step('producing');
  await producer.send({ topic, acks: 0, messages: numbered(5) });
  t.equal('values', values(await readAll(t, topic, 5)), values(numbered(5)));
}

async function produceWithAcks(t, acks) {
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  for (let i = 0; i < 5; i += 1) {
    t.step(`producing message ${i}`);
    const [answer] = await producer.send({ topic, acks, messages: [{ value: 'x' }] });
    t.equal('answer', [answer.errorCode, answer.baseOffset], [0, String(i)]);
    t.equal('log start offset', answer.logStartOffset, '0');
  }
}

async function produceAcksOne(t) {
  // With acks=1 each message gets its offset.
  await produceWithAcks(t, 1);
}

async function produceAcksAll(t) {
  // With acks=-1 each message gets its offset.
  await produceWithAcks(t, -1);
}

async function produceInvalidAcks(t) {
  // With acks=2 the broker refuses: INVALID_REQUIRED_ACKS.
  const topic = await newTopic(t);
  const producer = await newProducer(t, { retry: { retries: 0 } });
  t.step('producing');
  await t.rejects(producer.send({ topic, acks: 2, messages: numbered(1) }), 'INVALID_REQUIRED_ACKS');
}

async function produceIdempotent(t) {
  // An idempotent producer's batches are accepted in sequence.
  const topic = await newTopic(t);
  const producer = await newProducer(t, { idempotent: true, maxInFlightRequests: 1 });
  for (let i = 0; i < 5; i += 1) {
    t.step(`producing batch ${i}`);
    await producer.send({ topic, messages: numbered(10, 0, 10 * i) });
  }
  t.equal('values', values(await readAll(t, topic, 50)), values(numbered(50)));
}

async function produceLargeMessageBelowLimit(t) {
  // A message just below message.max.bytes (1,048,588) is accepted and comes back whole.
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  const value = Buffer.alloc(1_048_588 - 100, 'x');
  t.step('producing');
  await producer.send({ topic, messages: [{ value }] });
  const [found] = await readAll(t, topic, 1);
  t.check(value.equals(found.value), `${found.value.length} bytes came back`);
}

async function produceTooLargeMessage(t) {
  // A message over message.max.bytes is refused by the broker: MESSAGE_TOO_LARGE.
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  t.step('producing');
  const messages = [{ value: Buffer.alloc(1_048_589) }];
  await t.rejects(producer.send({ topic, messages }), 'MESSAGE_TOO_LARGE');
}

async function produceLargerMessageWhereTopicAllows(t) {
  // max.message.bytes of the topic allows what the broker's default refuses.
  const topic = await newTopic(t, 1, { 'max.message.bytes': '4000000' });
  const producer = await newProducer(t);
  t.step('producing');
  await producer.send({ topic, messages: [{ value: Buffer.alloc(3_000_000) }] });
  const [found] = await readAll(t, topic, 1);
  t.equal('length', found.value.length, 3_000_000);
}

async function produceManyPartitions(t) {
  // One request fills eight partitions, and each of them keeps its own order.
  const topic = await newTopic(t, 8);
  const producer = await newProducer(t);
  const messages = Array.from({ length: 200 }, (_, i) => ({
    partition: i % 8, value: String(Math.floor(i / 8)),
  }));
  t.step('producing');
  const answers = await producer.send({ topic, messages });
  t.equal('partitions answered', answers.length, 8);
  const found = await readAll(t, topic, 200);
  t.check(found.every((one) => String(one.value) === one.offset), 'an order differs');
}

async function produceSeveralTopics(t) {
  // One sendBatch reaches several topics, and each answer names its topic.
  const topics = [await newTopic(t), await newTopic(t)];
  const producer = await newProducer(t);
  t.step('producing');
  const topicMessages = topics.map((topic) => ({ topic, messages: [{ value: topic }] }));
  const answers = await producer.sendBatch({ topicMessages });
  t.equal('topics', answers.map((one) => one.topicName).sort(), [...topics].sort());
  const found = await readAll(t, topics, 2);
  t.check(found.every((one) => String(one.value) === one.topic), 'a message is in the other topic');
}

async function produceByKey(t) {
  // Messages of one key are in one partition; many keys use all of them.
  const topic = await newTopic(t, 4);
  const producer = await newProducer(t);
  const messages = Array.from({ length: 80 }, (_, i) => ({ key: `k${i % 40}`, value: 'x' }));
  t.step('producing');
  await producer.send({ topic, messages });
  const found = await readAll(t, topic, 80);
  const places = new Set(found.map((one) => `${one.key} ${one.partition}`));
  t.equal('places of keys', places.size, 40);
  t.equal('partitions used', new Set(found.map((one) => one.partition)).size, 4);
}

async function produceConcurrently(t) {
  // A hundred sends at the same time on one connection are all answered, each with its own offset.
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  t.step('producing');
  const sends = numbered(100).map((one) => producer.send({ topic, messages: [one] }));
  const offsets = (await Promise.all(sends)).map(([answer]) => Number(answer.baseOffset));
  offsets.sort((a, b) => a - b);
  t.equal('offsets', offsets, [...Array(100).keys()]);
  const admin = await newAdmin(t);
  const [{ high }] = await admin.fetchTopicOffsets(topic);
  t.equal('end', high, '100');
}

module.exports = [
  produceUncompressed, produceGzip, produceSnappy, produceLz4, produceZstd, produceRecompressed,
  produceNullKeyAndValue, produceHeaders, produceTimestamps, produceLogAppendTime, produceAcksZero,
  produceAcksOne, produceAcksAll, produceInvalidAcks, produceIdempotent,
  produceLargeMessageBelowLimit, produceTooLargeMessage, produceLargerMessageWhereTopicAllows,
  produceManyPartitions, produceSeveralTopics, produceByKey, produceConcurrently,
];

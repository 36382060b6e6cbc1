'use strict';
// Producing with @confluentinc/kafka-javascript.

const { library } = require('./library');
const { fill, newAdmin, newProducer, newTopic, numbered, readAll, refuses, values } = require('./client');

async function roundTrip(t, compression) {
  const topic = await newTopic(t);
  const producer = await newProducer(t, { compression });
  const value = 'compressible '.repeat(200);
  const messages = Array.from({ length: 20 }, (_, i) => ({ key: String(i), value, partition: 0 }));
  t.step('producing');
  await producer.send({ topic, messages });
  const found = await readAll(t, topic, 20);
  t.equal('offsets', found.map((one) => Number(one.offset)), [...messages.keys()]);
  t.equal('keys', found.map((one) => String(one.key)), messages.map((one) => one.key));
  t.check(found.every((one) => String(one.value) === value), 'a value differs');
}

async function produceUncompressed(t) {
  // Uncompressed messages come back with their keys, values and offsets.
  await roundTrip(t, 'none');
}

async function produceGzip(t) {
  // A gzip batch comes back with its keys, values and offsets.
  await roundTrip(t, 'gzip');
}

async function produceSnappy(t) {
  // A snappy batch comes back with its keys, values and offsets.
  await roundTrip(t, 'snappy');
}

async function produceLz4(t) {
  // An lz4 batch comes back with its keys, values and offsets.
  await roundTrip(t, 'lz4');
}

async function produceZstd(t) {
  // A zstd batch comes back with its keys, values and offsets.
  if (!library.features.includes('zstd')) t.skip('this librdkafka was built without zstd');
  await roundTrip(t, 'zstd');
}

async function produceNullKeyAndValue(t) {
  // A null key, an empty key and a null value come back as such. (The client makes null of an empty value.)
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  t.step('producing');
  const messages = [{ key: null, value: 'x', partition: 0 }, { key: '', value: null, partition: 0 }];
  await producer.send({ topic, messages });
  const [first, second] = await readAll(t, topic, 2);
  t.equal('first', [first.key ?? null, String(first.value)], [null, 'x']);
  t.equal('second', [second.key, second.value ?? null], [Buffer.alloc(0), null]);
}

async function produceHeaders(t) {
  // Headers keep repeated keys, empty values and any bytes.
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  const headers = { a: ['1', '2'], empty: '', b: Buffer.from([0, 255]) };
  t.step('producing');
  await producer.send({ topic, messages: [{ value: 'x', headers }] });
  const [found] = await readAll(t, topic, 1);
  t.equal('repeated', found.headers.a.map(String), ['1', '2']);
  t.equal('empty', String(found.headers.empty), '');
  t.equal('bytes', found.headers.b, Buffer.from([0, 255]));
}

async function produceTimestamps(t) {
  // The producer's timestamps come back, also those that are not in order.
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  const now = Date.now();
  const moments = [now, now - 3_600_000, now + 1000].map(String);
  t.step('producing');
  const messages = moments.map((timestamp) => ({ value: 'x', partition: 0, timestamp }));
  await producer.send({ topic, messages });
  const found = await readAll(t, topic, 3);
  t.equal('timestamps', found.map((one) => one.timestamp), moments);
}

async function produceLogAppendTime(t) {
  // With message.timestamp.type=LogAppendTime the broker's time replaces the producer's.
  const topic = await newTopic(t, 1, { 'message.timestamp.type': 'LogAppendTime' });
  const producer = await newProducer(t);
  t.step('producing');
  const timestamp = String(Date.now() - 3_600_000);
  await producer.send({ topic, messages: [{ value: 'x', timestamp }] });
  const [found] = await readAll(t, topic, 1);
  t.check(Math.abs(Date.now() - Number(found.timestamp)) < 60_000, `timestamp ${found.timestamp}`);
}

async function produceAcksZero(t) {
  // With acks=0 nothing is answered and the messages are there all the same.
  const topic = await newTopic(t);
  const producer = await newProducer(t, { acks: 0 });
  t.step('producing');
  await producer.send({ topic, messages: numbered(5) });
  t.equal('values', values(await readAll(t, topic, 5)), values(numbered(5)));
}

async function produceWithAcks(t, kafkaJS) {
  const topic = await newTopic(t);
  const producer = await newProducer(t, kafkaJS);
  for (let i = 0; i < 5; i += 1) {
    t.step(`producing message ${i}`);
    const [answer] = await producer.send({ topic, messages: [{ value: 'x' }] });
    t.equal('answer', [answer.errorCode, answer.baseOffset], [0, String(i)]);
  }
}

async function produceAcksOne(t) {
  // With acks=1 each message gets its offset.
  await produceWithAcks(t, { acks: 1 });
}

async function produceAcksAll(t) {
  // With acks=-1 each message gets its offset.
  await produceWithAcks(t, { acks: -1 });
}

async function produceIdempotent(t) {
  // An idempotent producer's batches, several of them in flight, arrive once and in order.
  const topic = await newTopic(t);
  const producer = await newProducer(t, { idempotent: true }, { 'batch.num.messages': 10 });
  t.step('producing');
  await producer.send({ topic, messages: numbered(500) });
  t.equal('values', values(await readAll(t, topic, 500)), values(numbered(500)));
}

async function produceLargeMessageBelowLimit(t) {
  // A message just below message.max.bytes (1,048,588) is accepted and comes back whole.
  const topic = await newTopic(t);
  const producer = await newProducer(t, {}, { 'message.max.bytes': 2_000_000 });
  const value = Buffer.alloc(1_048_588 - 100, 'x');
  t.step('producing');
  await producer.send({ topic, messages: [{ value }] });
  const [found] = await readAll(t, topic, 1);
  t.check(value.equals(found.value), `${found.value.length} bytes came back`);
}

async function produceTooLargeMessage(t) {
  // A message over message.max.bytes is refused by the broker: ERR_MSG_SIZE_TOO_LARGE.
  const topic = await newTopic(t);
  const producer = await newProducer(t, {}, { 'message.max.bytes': 2_000_000 });
  t.step('producing');
  const messages = [{ value: Buffer.alloc(1_048_589) }];
  await refuses(t, producer.send({ topic, messages }), 'ERR_MSG_SIZE_TOO_LARGE');
}

async function produceLargerMessageWhereTopicAllows(t) {
  // max.message.bytes of the topic allows what the broker's default refuses.
  const topic = await newTopic(t, 1, { 'max.message.bytes': '4000000' });
  const producer = await newProducer(t, {}, { 'message.max.bytes': 4_000_000 });
  t.step('producing');
  await producer.send({ topic, messages: [{ value: Buffer.alloc(3_000_000) }] });
  const [found] = await readAll(t, topic, 1);
  t.equal('length', found.value.length, 3_000_000);
}

async function produceManyPartitions(t) {
  // One producer fills eight partitions, and each of them keeps its own order.
  const topic = await newTopic(t, 8);
  const producer = await newProducer(t);
  const messages = Array.from({ length: 200 }, (_, i) => ({
    partition: i % 8, value: String(Math.floor(i / 8)),
  }));
  t.step('producing');
  await producer.send({ topic, messages });
  const found = await readAll(t, topic, 200);
  t.check(found.every((one) => String(one.value) === one.offset), 'an order differs');
}

async function produceSeveralTopics(t) {
  // One sendBatch reaches several topics.
  const topics = [await newTopic(t), await newTopic(t)];
  const producer = await newProducer(t);
  t.step('producing');
  const topicMessages = topics.map((topic) => ({ topic, messages: [{ value: topic }] }));
  await producer.sendBatch({ topicMessages });
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

async function produceManyMessages(t) {
  // Ten thousand messages in many batches in flight are all answered and are all there.
  const topic = await newTopic(t, 4);
  const producer = await newProducer(t, { compression: 'lz4' });
  t.step('producing');
  const messages = Array.from({ length: 10_000 }, (_, i) => ({ value: 'x'.repeat(100), partition: i % 4 }));
  await producer.send({ topic, messages });
  const found = await (await newAdmin(t)).fetchTopicOffsets(topic);
  t.equal('ends', found.map((one) => one.high), ['2500', '2500', '2500', '2500']);
}

async function produceFlush(t) {
  // A flush returns when everything that was sent is answered.
  const topic = await newTopic(t);
  const producer = await newProducer(t);
  let answered = 0;
  const sends = numbered(20).map((one) => producer.send({ topic, messages: [one] }));
  sends.forEach((send) => send.then(() => (answered += 1)));
  t.step('flushing');
  await producer.flush({ timeout: 5000 });
  await Promise.all(sends);
  t.equal('answered', answered, 20);
}

async function produceRecompressed(t) {
  // A topic's compression.type has the broker compress what came uncompressed; nothing is lost.
  const topic = await newTopic(t, 1, { 'compression.type': 'snappy' });
  await fill(t, topic, 50);
  t.equal('values', values(await readAll(t, topic, 50)), values(numbered(50)));
}

module.exports = [
  produceUncompressed, produceGzip, produceSnappy, produceLz4, produceZstd, produceNullKeyAndValue,
  produceHeaders, produceTimestamps, produceLogAppendTime, produceAcksZero, produceAcksOne,
  produceAcksAll, produceIdempotent, produceLargeMessageBelowLimit, produceTooLargeMessage,
  produceLargerMessageWhereTopicAllows, produceManyPartitions, produceSeveralTopics, produceByKey,
  produceManyMessages, produceFlush, produceRecompressed,
];

'use strict';
// kafkajs over a restart of the broker. These run alone.

const { fill, newAdmin, newMember, newProducer, newTopic, numbered, readAll, take,
  values } = require('./client');

/** Retries enough to wait for a broker that starts. */
const PATIENT = { retries: 30, initialRetryTime: 100, maxRetryTime: 500 };

async function restartProducer(t) {
  // A producer goes on after a restart of the broker: nothing is lost and nothing is doubled.
  t.needsRestart();
  const topic = await newTopic(t);
  const producer = await newProducer(t, { idempotent: true, maxInFlightRequests: 1, retry: PATIENT });
  t.step('producing before the restart');
  await producer.send({ topic, messages: numbered(5) });
  await t.restartBroker();
  t.step('producing after the restart');
  await producer.send({ topic, messages: numbered(5, 0, 5) });
  t.equal('values', values(await readAll(t, topic, 10)), values(numbered(10)));
}

async function restartConsumer(t) {
  // A consumer goes on after a restart of the broker, at the next message.
  t.needsRestart();
  const topic = await newTopic(t);
  await fill(t, topic, 3);
  const member = await newMember(t, topic, { retry: PATIENT });
  await take(t, member, 3);
  await t.restartBroker();
  await fill(t, topic, 2, 0, 3);
  t.step('consuming after the restart');
  await t.eventually(() => values(member.messages).includes('4'));
  // What was not committed before the restart may come again.
  t.equal('values', [...new Set(values(member.messages))], values(numbered(5)));
}

async function restartGroup(t) {
  // A group keeps its committed offsets over a restart of the broker.
  t.needsRestart();
  const topic = await newTopic(t);
  await fill(t, topic, 3);
  const groupId = t.name('group');
  await (await newAdmin(t)).setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '2' }] });
  await t.restartBroker();
  const member = await newMember(t, topic, { groupId, retry: PATIENT });
  t.equal('values', values(await take(t, member, 1)), ['2']);
}

async function restartAdmin(t) {
  // An admin goes on after a restart of the broker; cluster id and topics are the same.
  t.needsRestart();
  const topic = await newTopic(t, 3);
  const admin = await newAdmin(t, { retry: PATIENT });
  const before = await admin.describeCluster();
  await t.restartBroker();
  t.step('asking after the restart');
  t.equal('cluster', await admin.describeCluster(), before);
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  t.equal('partitions', topics[0].partitions.length, 3);
}

module.exports = [restartProducer, restartConsumer, restartGroup, restartAdmin];

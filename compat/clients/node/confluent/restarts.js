'use strict';
// @confluentinc/kafka-javascript over a restart of the broker. These run alone.

const { fill, newMember, newProducer, newTopic, numbered, readAll, take, values } = require('./client');

async function restartProducer(t) {
  // A producer goes on after a restart of the broker: nothing is lost and nothing is doubled.
  t.needsRestart();
  const topic = await newTopic(t);
  const producer = await newProducer(t, { idempotent: true });
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
  const member = await newMember(t, topic);
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
  const first = await newMember(t, topic, { autoCommit: false });
  await take(t, first, 3);
  await first.consumer.commitOffsets([{ topic, partition: 0, offset: '2' }]);
  await first.consumer.disconnect();
  await t.restartBroker();
  t.equal('values', values(await readAll(t, topic, 1, { groupId: first.groupId })), ['2']);
}

module.exports = [restartProducer, restartConsumer, restartGroup];

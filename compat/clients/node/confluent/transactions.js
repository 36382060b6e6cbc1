'use strict';
// Transactions with @confluentinc/kafka-javascript.

const { fill, newAdmin, newMember, newProducer, newTopic, numbered, readAll, take,
  values } = require('./client');

/** A transactional producer; what its connecting waits for is bounded. */
function transactional(t, transactionalId = t.name('txn')) {
  return newProducer(t, { transactionalId, transactionTimeout: 10_000 });
}

async function transactionCommit(t) {
  // The messages of a committed transaction are seen with read_committed, in all partitions.
  // FEATURE: transactions
  const topic = await newTopic(t, 2);
  const producer = await transactional(t);
  t.step('producing');
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: [...numbered(2, 0), ...numbered(2, 1)] });
  t.step('committing');
  await transaction.commit();
  await readAll(t, topic, 4);
}

async function transactionAbort(t) {
  // The messages of an aborted transaction are seen with read_uncommitted only.
  // FEATURE: transactions
  const topic = await newTopic(t);
  const producer = await transactional(t);
  t.step('producing');
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: numbered(3) });
  t.step('aborting');
  await transaction.abort();
  await fill(t, topic, 1, 0, 3);
  t.equal('committed', values(await readAll(t, topic, 1)), ['3']);
  const all = await readAll(t, topic, 4, { readUncommitted: true });
  t.equal('all', values(all), values(numbered(4)));
}

async function transactionOpenHidesMessages(t) {
  // An open transaction hides its messages, and all behind them, until it ends.
  // FEATURE: transactions
  const topic = await newTopic(t);
  const producer = await transactional(t);
  t.step('producing');
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: numbered(2) });
  await fill(t, topic, 1, 0, 2);
  const member = await newMember(t, topic);
  t.step('reading nothing');
  await t.pause(600);
  t.equal('messages', member.messages.length, 0);
  t.step('committing');
  await transaction.commit();
  t.equal('values', values(await take(t, member, 3)), ['0', '1', '2']);
}

async function transactionOffsets(t) {
  // Offsets that are added to a transaction are committed with it, and not when it is aborted.
  // FEATURE: transactions
  const topic = await newTopic(t);
  const { consumer, groupId } = await newMember(t, topic, { autoCommit: false });
  const producer = await transactional(t);
  const admin = await newAdmin(t);
  for (const [end, offset, expected] of [['abort', '5', undefined], ['commit', '7', '7']]) {
    t.step(`sending offsets to ${end}`);
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: numbered(1) });
    const topics = [{ topic, partitions: [{ partition: 0, offset }] }];
    await transaction.sendOffsets({ consumer, topics });
    await transaction[end]();
    t.step(`fetching the offset after ${end}`);
    await t.eventually(async () => {
      const [row] = await admin.fetchOffsets({ groupId });
      return row?.partitions[0]?.offset === expected;
    });
  }
}

async function transactionFencing(t) {
  // A second producer with the same transactional id fences the first one.
  // FEATURE: transactions
  const topic = await newTopic(t);
  const transactionalId = t.name('txn');
  const first = await transactional(t, transactionalId);
  t.step('beginning');
  const transaction = await first.transaction();
  await transaction.send({ topic, messages: numbered(1) });
  t.step('beginning with the second producer');
  const second = await (await transactional(t, transactionalId)).transaction();
  await second.send({ topic, messages: numbered(1, 0, 1) });
  await second.commit();
  t.step('going on with the first producer');
  await t.rejects(transaction.commit(), 'fenced by a newer instance');
  t.equal('values', values(await readAll(t, topic, 1)), ['1']);
}

module.exports = [
  transactionCommit, transactionAbort, transactionOpenHidesMessages, transactionOffsets,
  transactionFencing,
];

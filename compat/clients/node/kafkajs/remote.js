'use strict';
// Clients of kafkajs that do what compat/instrument tells them.

const kafkajs = require('kafkajs');

function newKafka({ bootstrap, client_id: clientId, who, tls, request_timeout_ms: requestTimeout }) {
  return new kafkajs.Kafka({
    brokers: [bootstrap],
    clientId: clientId ?? who,
    logLevel: kafkajs.logLevel.NOTHING,
    requestTimeout: requestTimeout ?? 10_000,
    retry: { initialRetryTime: 30, maxRetryTime: 500, retries: 15 },
    ...(tls ? { ssl: { rejectUnauthorized: false } } : {}),
  });
}

async function producer(asked) {
  const made = newKafka(asked).producer({
    allowAutoTopicCreation: Boolean(asked.auto_create),
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    idempotent: Boolean(asked.idempotent || asked.transactional_id),
    maxInFlightRequests: 1,
    ...(asked.transactional_id ? {
      transactionalId: asked.transactional_id,
      transactionTimeout: asked.transaction_timeout_ms ?? 60_000,
    } : {}),
  });
  await made.connect();
  return made;
}

async function consumer(asked, collected) {
  const made = newKafka(asked).consumer({
    groupId: asked.group,
    maxWaitTimeInMs: 200, // disconnect() waits for the fetch
    sessionTimeout: asked.session_ms ?? 45_000,
    heartbeatInterval: asked.heartbeat_ms ?? 3_000,
    rebalanceTimeout: 10_000,
    allowAutoTopicCreation: Boolean(asked.auto_create),
    readUncommitted: !asked.committed,
  });
  made.on(made.events.CRASH, ({ payload }) => collected.error(payload.error));
  await made.connect();
  const topic = asked.pattern ? new RegExp(asked.topic) : asked.topic;
  await made.subscribe({ topic, fromBeginning: (asked.reset ?? 'earliest') === 'earliest' });
  await made.run({ autoCommit: false, eachMessage: async (found) => collected.add(found) });
  return { disconnect: () => made.disconnect() };
}

async function admin(asked) {
  const made = newKafka(asked).admin();
  await made.connect();
  return made;
}

module.exports = { admin, producer, consumer };

'use strict';
// Clients of @confluentinc/kafka-javascript (librdkafka) that do what compat/instrument tells them.

const { library, missing } = require('./library');

/** librdkafka's own settings, since the style of kafkajs sets what only the classic protocol knows. */
function settings(asked) {
  return {
    'bootstrap.servers': asked.bootstrap,
    'client.id': asked.client_id ?? asked.who,
    'reconnect.backoff.ms': 20,
    'reconnect.backoff.max.ms': 200,
    'retry.backoff.ms': 20,
    'socket.timeout.ms': asked.request_timeout_ms ?? 10_000,
    log_level: 0,
    ...(asked.tls ? { 'security.protocol': 'ssl' } : {}),
  };
}

function newKafka() {
  if (missing) throw new Error(missing);
  return new library.KafkaJS.Kafka({});
}

async function producer(asked) {
  const made = newKafka().producer({
    ...settings(asked),
    'linger.ms': 0,
    'allow.auto.create.topics': false,
    'enable.idempotence': Boolean(asked.idempotent || asked.transactional_id),
    'message.max.bytes': 100_000_000,
    'message.timeout.ms': asked.give_up_ms ?? 30_000,
    ...(asked.transactional_id ? {
      'transactional.id': asked.transactional_id,
      'transaction.timeout.ms': asked.transaction_timeout_ms ?? 60_000,
    } : {}),
  });
  await made.connect();
  return made;
}

async function consumer(asked, collected) {
  const protocol = asked.protocol ?? 'classic';
  const made = newKafka().consumer({
    ...settings(asked),
    'group.id': asked.group,
    'group.protocol': protocol,
    'auto.offset.reset': asked.reset ?? 'earliest',
    'enable.auto.commit': false,
    'allow.auto.create.topics': Boolean(asked.auto_create),
    'isolation.level': asked.committed ? 'read_committed' : 'read_uncommitted',
    ...(protocol === 'classic' ? {
      'session.timeout.ms': asked.session_ms ?? 45_000,
      'heartbeat.interval.ms': asked.heartbeat_ms ?? 3_000,
    } : {}),
    ...(asked.instance_id ? { 'group.instance.id': asked.instance_id } : {}),
  });
  await made.connect();
  await made.subscribe({ topics: [asked.pattern ? new RegExp(asked.topic) : asked.topic] });
  await made.run({ eachMessage: async (found) => collected.add(found) });
  return { disconnect: () => made.disconnect() };
}

async function admin(asked) {
  const made = newKafka().admin(settings(asked));
  await made.connect();
  return made;
}

module.exports = { admin, producer, consumer };

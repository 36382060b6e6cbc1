'use strict';
// Clients that do what they are told: a line of JSON in (id, do, who, …), a line out (id, and ok or
// error). compat/instrument proves by it what the instrument does to clients of this language; its
// remote.py says what each command means. Commands run at the same time.

const http = require('node:http');
const readline = require('node:readline');

const WAIT_MS = 20_000;

/** The text of bytes that may be null. */
function text(bytes) {
  return bytes === null || bytes === undefined ? null : String(bytes);
}

/** What a consumer has read: `add` is called for each message, `error` for what it tells of. */
class Collected {
  constructor() {
    this.read = [];
    this.errors = new Set();
    this.waiting = new Set();
  }

  add({ partition, message }) {
    const { offset, timestamp, key, value, headers = {} } = message;
    this.read.push({
      partition,
      offset: Number(offset),
      timestamp: Number(timestamp),
      key: text(key),
      value: text(value),
      headers: Object.fromEntries(Object.entries(headers).map(([name, one]) => [name, String(one)])),
    });
    for (const look of this.waiting) look();
  }

  error(error) {
    this.errors.add(error?.type ?? error?.code ?? error?.name ?? String(error));
  }

  /** What came so far, as soon as there are `count` or the time is up. */
  async records(count, ms) {
    await new Promise((resolve) => {
      const timer = setTimeout(() => done(), ms);
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve();
      };
      const look = () => this.read.length >= count && done();
      this.waiting.add(look);
      look();
    });
    return { records: [...this.read], errors: [...this.errors].map(String) };
  }
}

/** Obey standard input until it ends. `clients` makes producers and consumers of one library. */
async function obey(clients) {
  const open = new Map();
  const running = new Map();
  const commands = {
    async producer(asked) {
      open.set(asked.who, await clients.producer(asked));
      return {};
    },
    async consumer(asked) {
      const collected = new Collected();
      open.set(asked.who, { collected, ...(await clients.consumer(asked, collected)) });
      return {};
    },
    async admin(asked) {
      const admin = await clients.admin(asked);
      open.set(asked.who, admin);
      await admin.listTopics();
      if (asked.topic) await admin.fetchTopicMetadata({ topics: [asked.topic] });
      return {};
    },
    async send({ who, topic, partition = 0, values }) {
      const messages = values.map((value) => ({ value, partition }));
      const sender = running.get(who) ?? open.get(who);
      // acks -1 and a batch of all: one request for one partition
      const told = await sender.send({ topic, messages });
      return { offsets: told.map((one) => Number(one.baseOffset ?? one.offset ?? -1)) };
    },
    async measure({ who, topic, count }) {
      const took = [];
      for (let i = 0; i < count; i += 1) {
        const began = process.hrtime.bigint();
        await open.get(who).send({ topic, messages: [{ value: 'x', partition: 0 }] });
        took.push(Number(process.hrtime.bigint() - began) / 1e6);
      }
      return { ms: took };
    },
    async begin({ who }) {
      running.set(who, await open.get(who).transaction());
      return {};
    },
    async commit({ who }) {
      const transaction = running.get(who);
      running.delete(who);
      await transaction.commit();
      return {};
    },
    async abort({ who }) {
      const transaction = running.get(who);
      running.delete(who);
      await transaction.abort();
      return {};
    },
    records: ({ who, count, ms = WAIT_MS }) => open.get(who).collected.records(count, ms),
    async close({ who }) {
      const client = open.get(who);
      open.delete(who);
      if (client) await client.disconnect();
      return {};
    },
    http: ({ url }) => new Promise((resolve, reject) => {
      const request = http.get(url, (answer) => resolve({ answer: String(answer.statusCode) }));
      request.on('error', reject);
    }),
  };
  const answer = async (asked) => {
    const told = { id: asked.id };
    try {
      told.ok = await commands[asked.do](asked);
    } catch (error) {
      told.error = `${error.type ?? error.name}: ${error.message}`;
    }
    process.stdout.write(`${JSON.stringify(told)}\n`);
  };
  for await (const line of readline.createInterface({ input: process.stdin })) answer(JSON.parse(line));
  return 0;
}

module.exports = { obey };

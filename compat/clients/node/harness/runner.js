'use strict';
// Runs the scenarios of one client against a broker and prints a JSON line for each.
//
// A scenario is an async function (t) => …. Its name is the function's, its expectation the first
// comment line in it; a second one, `FEATURE: x`, says what a broker must have for it. Scenarios
// are independent (unique topics and groups), so a few run at the same time; those that restart
// the broker run alone, at the end. None takes longer than LIMIT_MS: what hangs is abandoned, and
// the step it hung in is named.

const { setTimeout: delay } = require('node:timers/promises');
const { Outcome, Trial, errorText } = require('./trial');

const LIMIT_MS = 20_000;
const CLEANUP_LIMIT_MS = 5_000; // cleaning up is not judged
const DEFAULT_JOBS = 4; // most scenarios wait for the broker rather than compute
const TICK_MS = 50;
const DETAIL_LENGTH = 600;

/** Run what the command line asks for. `client` is {name, prefix, together, alone, missing?}. */
async function main(client, words) {
  const chosen = parse(words);
  if (typeof chosen === 'string') {
    process.stderr.write(`${chosen}\n`);
    return 2;
  }
  const wanted = (scenario) => chosen.only.size === 0 || chosen.only.has(scenario.name);
  const together = client.together.map((run) => describe(client.prefix, run)).filter(wanted);
  const alone = client.alone.map((run) => describe(client.prefix, run)).filter(wanted);
  if (chosen.list) {
    for (const { name, expectation } of [...together, ...alone]) {
      process.stdout.write(`${name}\t${expectation}\n`);
    }
    return 0;
  }
  const report = (scenario, found) => {
    const { name, expectation, feature } = scenario;
    const line = { client: client.name, scenario: name, expectation, feature, ...found };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  await runAll(together, chosen, chosen.jobs, client.missing, report);
  await runAll(alone, chosen, 1, client.missing, report);
  return 0;
}

/** The options as an object, or a line that says what is wrong with them. */
function parse(words) {
  const chosen = { bootstrap: '', restartCommand: '', only: new Set(), jobs: DEFAULT_JOBS, list: false };
  const rest = [...words];
  while (rest.length > 0) {
    const word = rest.shift();
    if (word === '--list') chosen.list = true;
    else if (word === '--only' && rest.length > 0) chosen.only.add(rest.shift());
    else if (word === '--restart-command' && rest.length > 0) chosen.restartCommand = rest.shift();
    else if (word === '--jobs' && rest[0] > 0) chosen.jobs = Number(rest.shift());
    else if (!word.startsWith('-') && !chosen.bootstrap) chosen.bootstrap = word;
    else return `not understood: ${word}`;
  }
  if (!chosen.bootstrap && !chosen.list) {
    return 'usage: run HOST:PORT [--only NAME] [--restart-command COMMAND] [--jobs N], or run --list';
  }
  return chosen;
}

/** A scenario's name, expectation and feature, from its source. */
function describe(prefix, run) {
  const comments = /^async function \w+\(\w*\) \{\n((?:\s*\/\/ .*\n)+)/.exec(run.toString());
  if (!comments) throw new Error(`${run.name} does not begin with a comment`);
  const lines = comments[1].trim().split('\n').map((line) => line.trim().slice('// '.length));
  const feature = lines.find((line) => line.startsWith('FEATURE: '))?.slice('FEATURE: '.length);
  return { name: `${prefix}_${snake(run.name)}`, expectation: lines[0], feature, run };
}

function snake(camel) {
  return camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

async function runAll(scenarios, chosen, jobs, missing, report) {
  const left = [...scenarios];
  const work = async () => {
    for (let scenario = left.shift(); scenario; scenario = left.shift()) {
      const found = missing
        ? { result: 'skip', seconds: 0, detail: missing }
        : await runOne(scenario.run, chosen, LIMIT_MS);
      report(scenario, found);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
}

/** Run one scenario; abandoned at the limit. */
async function runOne(run, chosen, limit) {
  const t = new Trial(chosen.bootstrap, chosen.restartCommand);
  const start = performance.now();
  const running = run(t).then(
    () => ({ result: 'pass', detail: '' }),
    (error) => failure(t, error),
  );
  const found = await Promise.race([running, hung(t, limit)]);
  t.ended = true;
  const seconds = Math.round(performance.now() - start) / 1000;
  await Promise.race([cleanUp(t), delay(CLEANUP_LIMIT_MS)]);
  return { result: found.result, seconds, detail: found.detail.slice(0, DETAIL_LENGTH) };
}

function failure(t, error) {
  if (error instanceof Outcome) return { result: error.result, detail: error.message };
  return { result: 'fail', detail: `${t.currentStep}: ${errorText(error)}` };
}

/** Ends when the limit is over. A restart does not count: it is not the protocol that is slow. */
async function hung(t, limit) {
  for (let spent = 0; spent < limit; ) {
    const before = performance.now();
    await delay(TICK_MS);
    if (t.ended) break;
    if (!t.restarting) spent += performance.now() - before;
  }
  return { result: 'fail', detail: `hung for ${limit / 1000} s: ${t.currentStep}` };
}

async function cleanUp(t) {
  for (const action of t.cleanups.reverse()) {
    try {
      await action();
    } catch {
      // The scenario is judged already.
    }
  }
}

module.exports = { describe, main, parse, runOne };

'use strict';
// What a scenario holds on to: the broker's address, and the ways to say that it did not behave.
//
// A scenario ends by throwing an Outcome (or anything else, which counts as a failure). The step
// it is in is kept, so that a failure, and a hang, carries its name.

const { spawn } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const { setTimeout: delay } = require('node:timers/promises');
const { inspect, isDeepStrictEqual } = require('node:util');

const RESTART_LIMIT_MS = 60_000; // a JVM on a busy machine is slow
const ASK_AGAIN_MS = 20;

/** How a scenario ended before its last line: `fail` or `skip`. */
class Outcome extends Error {
  constructor(result, detail) {
    super(detail);
    this.result = result;
  }
}

class Trial {
  constructor(bootstrap, restartCommand) {
    this.bootstrap = bootstrap;
    this.restartCommand = restartCommand;
    this.currentStep = 'start';
    this.restarting = false;
    this.ended = false; // set by the runner: what still runs then was abandoned
    this.cleanups = [];
  }

  /** Name what is done next. */
  step(text) {
    this.currentStep = text;
  }

  fail(text) {
    throw new Outcome('fail', `${this.currentStep}: ${text}`);
  }

  skip(reason) {
    throw new Outcome('skip', reason);
  }

  check(condition, text) {
    if (!condition) this.fail(text);
  }

  /** Deep and strict; `what` names the value. */
  equal(what, got, want) {
    const text = (value) => inspect(value, { breakLength: Infinity });
    if (!isDeepStrictEqual(got, want)) this.fail(`${what} is ${text(got)}, expected ${text(want)}`);
  }

  /** The error of a promise that must fail; its text (with that of its causes) has `part`. */
  async rejects(promise, part) {
    let error;
    try {
      await promise;
    } catch (caught) {
      error = caught;
    }
    if (error === undefined) this.fail(`no error, expected ${part}`);
    if (!errorText(error).includes(part)) this.fail(`error ${errorText(error)}, expected ${part}`);
    return error;
  }

  /** A name that no other scenario and no other run has. */
  name(purpose) {
    return `compat-node-${purpose}-${randomBytes(6).toString('hex')}`;
  }

  /** What is done after the scenario, the last one first. */
  cleanup(action) {
    this.cleanups.push(action);
  }

  /** Ask until the answer is true (or truthy) and return it; the scenario's limit ends it. */
  async eventually(question) {
    for (;;) {
      const answer = await question();
      if (answer) return answer;
      if (this.ended) throw new Outcome('fail', 'abandoned');
      await delay(ASK_AGAIN_MS);
    }
  }

  async pause(milliseconds) {
    await delay(milliseconds);
  }

  needsRestart() {
    if (!this.restartCommand) this.skip('restarting the broker needs --restart-command');
  }

  /** Stop and start the broker on the same address, by the command that the runner was given. */
  async restartBroker() {
    this.step('restarting the broker');
    this.restarting = true;
    try {
      const errors = await runToExit(this.restartCommand);
      if (errors) this.fail(errors);
    } finally {
      this.restarting = false;
    }
  }
}

/** Run a shell command; what went wrong, or nothing. A broker that it leaves running may keep its
 * output open, so its exit is waited for, not the end of its output.
 */
function runToExit(command) {
  const child = spawn('sh', ['-c', command], {
    stdio: ['ignore', 'ignore', 'pipe'], timeout: RESTART_LIMIT_MS,
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(code === 0 ? '' : `exit ${code ?? signal}: ${errors}`));
  });
}

/** An error with the types and texts of all that is wrapped in it. */
function errorText(error, depth = 0) {
  if (depth > 4 || !(error instanceof Error)) return String(error);
  const inner = [error.cause, ...(error.errors ?? [])].filter(Boolean);
  const own = [error.name, error.type, error.message].filter(Boolean).join(' ');
  return [own, ...inner.map((one) => errorText(one, depth + 1))].join(' < ');
}

module.exports = { Outcome, Trial, errorText };

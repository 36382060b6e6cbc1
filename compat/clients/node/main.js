'use strict';
// node main.js CLIENT HOST:PORT …: the scenarios of one client in one process.

const { main } = require('./harness/runner');

const [name, ...words] = process.argv.slice(2);
// A library may throw from a socket's callback while a scenario is cleaned up: that scenario is
// judged by what it saw, and the others go on.
process.on('uncaughtException', (error) => process.stderr.write(`uncaught: ${error.stack}\n`));
process.on('unhandledRejection', (error) => process.stderr.write(`unhandled: ${error?.stack}\n`));
const run = async () => main(require(`./${name}`), words);
run().then(
  // What was abandoned would keep the process alive.
  (code) => process.stdout.write('', () => process.exit(code)),
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(3);
  },
);

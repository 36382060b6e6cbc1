'use strict';
// node main.js CLIENT HOST:PORT …: the scenarios of one client in one process.
// node main.js CLIENT --remote CLIENT: this client does what standard input says, for compat/instrument.

const { obey } = require('./harness/remote');
const { main } = require('./harness/runner');

const [name, ...words] = process.argv.slice(2);
// A library may throw from a socket's callback while a scenario is cleaned up: that scenario is
// judged by what it saw, and the others go on.
process.on('uncaughtException', (error) => process.stderr.write(`uncaught: ${error.stack}\n`));
process.on('unhandledRejection', (error) => process.stderr.write(`unhandled: ${error?.stack}\n`));
const run = async () => {
  if (words[0] !== '--remote') return main(require(`./${name}`), words);
  return words[1] === name ? obey(require(`./${name}/remote`)) : 0;
};
run().then(
  // What was abandoned would keep the process alive.
  (code) => process.stdout.write('', () => process.exit(code)),
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(3);
  },
);

/**
 * Loaded into the command before anything else (`node --require`): counts what it does to clusters, and ends it by kill -9 at one of
 * these deeds: before it is done, once it is under way, or once it is done. Deeds are files below the folders of
 * TRUEUP_TEST_WITHIN that are put in place or removed, commands that match TRUEUP_TEST_COMMANDS, processes that are killed, and
 * requests that change something. TRUEUP_TEST_KILL names one by its number (`3 before`), or the first with some words in it
 * (`before kwokctl create`).
 */
const childProcess = require('node:child_process');
const { writeFileSync } = require('node:fs');
const files = require('node:fs/promises');
const https = require('node:https');
const { syncBuiltinESMExports } = require('node:module');
const { delimiter } = require('node:path');

const { TRUEUP_TEST_WITHIN: within = '', TRUEUP_TEST_KILL: kill = '', TRUEUP_TEST_COUNT: counted = '' } = process.env;
let count = 0;

/** How many there were is known to whoever reads the file afterwards. */
function deed(title) {
  count += 1;
  const number = count;
  writeFileSync(counted, String(count));
  return (when) => {
    const isNamed = kill.startsWith(`${when} `) && title.includes(kill.slice(when.length + 1));
    if (isNamed || kill === `${number} ${when}`) killNow(process.pid, 'SIGKILL');
  };
}

const killNow = process.kill.bind(process);
process.kill = (pid, signal) => {
  if (signal !== 'SIGKILL') return killNow(pid, signal);
  const reached = deed(`kill ${pid}`);
  reached('before');
  const result = killNow(pid, signal);
  reached('after');
  return result;
};

function isWithin(path) {
  return typeof path === 'string' && within.split(delimiter).some((folder) => path.startsWith(folder));
}

for (const name of ['rename', 'rm']) {
  const original = files[name];
  files[name] = async (...args) => {
    if (!args.some(isWithin)) return original(...args);
    const reached = deed(`${name} ${args.findLast(isWithin)}`);
    reached('before');
    const result = await original(...args);
    reached('after');
    return result;
  };
}

const { spawn } = childProcess;
const { TRUEUP_TEST_COMMANDS: told = '^kwokctl (?!.*--version)', TRUEUP_TEST_DURING_MS: during = '200' } = process.env;
const commands = new RegExp(told);
childProcess.spawn = (program, ...rest) => {
  const words = Array.isArray(rest[0]) ? rest[0] : [];
  if (!commands.test([program, ...words].join(' '))) return spawn(program, ...rest);
  const reached = deed([program, ...words].join(' '));
  reached('before');
  const child = spawn(program, ...rest);
  child.once('spawn', () => setTimeout(() => reached('during'), Number(during)).unref());
  child.once('close', () => reached('after'));
  return child;
};

const { request } = https;
https.request = (options, ...rest) => {
  const { method = 'GET', path = '' } = options;
  if (method === 'GET' || path.includes('dryRun')) return request(options, ...rest);
  const reached = deed(`${method} ${path}`);
  reached('before');
  const sent = request(options, ...rest);
  sent.once('finish', () => reached('during'));
  sent.once('response', () => reached('after'));
  return sent;
};

syncBuiltinESMExports();

#!/usr/bin/env -S node --
// Starts the built command on a fitting Node. Kept to syntax that Node 12 can parse, so that an old Node gets one clear
// line, or is replaced by the runtime pinned next to this package, instead of a syntax error. CommonJS, as the bundle is:
// an ES module would pay 10 ms for the names that built-in modules export.
'use strict';

const { existsSync, readFileSync, realpathSync } = require('fs');
const { join } = require('path');

const OLDEST_NODE = 24;
const root = join(__dirname, '..');
const args = process.argv.slice(2);

main();

function main() {
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V' || args[0] === 'version')) {
    process.stdout.write(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version + '\n');
    return;
  }
  if (parseInt(process.versions.node, 10) < OLDEST_NODE) {
    startOnPinnedNode();
    return;
  }
  const entry = join(root, 'dist', 'main.cjs');
  if (!existsSync(entry)) {
    fail('trueup is not built yet: run `npm run build` in ' + root);
    return;
  }
  if (args.includes('--verbose')) {
    // Who looks for a mistake gets the places in the sources.
    process.setSourceMapsEnabled(true);
    require(entry);
    return;
  }
  const runHere = () => require('./load-bundle.cjs').loadBundle(entry, args);
  // Commands that a daemon may have the answer to.
  if (['status', 'plan', 'drift', 'apply'].includes(args[0])) {
    require('../dist/ask.cjs').ask(args, entry, runHere);
    return;
  }
  runHere();
}

function startOnPinnedNode() {
  const pinned = join(root, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(pinned) || realpathSync(pinned) === realpathSync(process.execPath)) {
    fail(
      'trueup needs Node.js ' + OLDEST_NODE + ' or newer, this is ' + process.version + ': install it and try again.',
    );
    return;
  }
  const { spawn } = require('child_process');
  const child = spawn(pinned, process.execArgv.concat('--', __filename, args), { stdio: 'inherit' });
  forwardSignals(child);
  child.on('error', (error) => fail('trueup could not start ' + pinned + ': ' + error.message));
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

// A terminal sends its own signals to the child as well, so those are passed on only when there is no terminal: a
// second interrupt means "stop at once".
function forwardSignals(child) {
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const fromTerminal = ['SIGINT', 'SIGQUIT'];
  ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'].forEach((signal) => {
    process.on(signal, () => {
      if (!onTerminal || fromTerminal.indexOf(signal) === -1) child.kill(signal);
    });
  });
}

function fail(message) {
  process.stderr.write(message + '\n');
  process.exitCode = 1;
}

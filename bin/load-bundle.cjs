// Runs the bundle from V8's code cache. Node's own compile cache holds what V8 compiles at once, which is little: this one is
// made when a command has ended well, with all the functions that it called, so that the next one compiles hardly anything.
// It lies in the user's own folder, because the package itself may be installed read-only; where it cannot be written, or is
// not to be had, start-up is only slower.
'use strict';

const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('fs');
const { createRequire, wrap } = require('module');
const { homedir } = require('os');
const { dirname, join } = require('path');
const { constants, Script } = require('vm');

const STALE_MS = 30 * 24 * 60 * 60 * 1000;
// Nothing to do, and differences found: the command did what it is for.
const GOOD_ENDS = [0, 2];

exports.loadBundle = loadBundle;

function loadBundle(entry, args) {
  // It is ASCII but for what comments say of licenses.
  const source = readFileSync(entry, 'latin1');
  const file = cacheFile(source, args);
  const cachedData = readIfThere(file);
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const script = new Script(wrap(source), { filename: entry, cachedData, importModuleDynamically });
  if (file !== null && (cachedData === undefined || script.cachedDataRejected === true)) {
    process.once('exit', (code) => {
      if (GOOD_ENDS.includes(code)) keep(script, file);
    });
  }
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(entry), module, entry, dirname(entry));
}

// One for each command, of one build on one Node: V8 itself compares no more of the source than its length.
function cacheFile(source, args) {
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return null;
  const build = /^\/\/ build ([0-9a-f]{16})\n/.exec(source.slice(0, 40));
  if (build === null) return null;
  const command = /^[a-z]{2,20}$/.test(args[0] || '') ? args[0] : 'other';
  try {
    const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    return join(base, 'trueup', 'code-cache', [build[1], process.version, process.arch].join('-'), command);
  } catch (_error) {
    return null;
  }
}

function readIfThere(file) {
  try {
    return file === null ? undefined : readFileSync(file);
  } catch (_error) {
    return undefined;
  }
}

function keep(script, file) {
  const folder = dirname(file);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, script.createCachedData(), { mode: 0o600 });
    renameSync(temporary, file);
    removeStale(dirname(folder));
  } catch (_error) {
    // A full or read-only disk.
  }
}

/** What other builds have left, and nobody wrote to for a month. */
function removeStale(base) {
  for (const name of readdirSync(base)) {
    const folder = join(base, name);
    if (Date.now() - statSync(folder).mtimeMs > STALE_MS) rmSync(folder, { recursive: true, force: true });
  }
}

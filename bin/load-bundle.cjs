// Runs the bundle from V8's code cache. Node's own compile cache holds what V8 compiles at once, which is little: this one is
// made when a command has ended well, with all the functions that it called, so that the next one compiles hardly anything.
// It lies in the user's own folder, because the package itself may be installed read-only; where it cannot be written, or is
// not to be had, start-up is only slower.
'use strict';

const { hash } = require('crypto');
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('fs');
const { createRequire, wrap } = require('module');
const { homedir } = require('os');
const { dirname, isAbsolute, join } = require('path');
const { Script } = require('vm');

const STALE_MS = 30 * 24 * 60 * 60 * 1000;
// Nothing to do, and differences found: the command did what it is for.
const GOOD_ENDS = [0, 2];
// In hexadecimal, which leaves the data behind it where V8 can read it in place.
const DIGEST_LENGTH = 40;

exports.loadBundle = loadBundle;

function loadBundle(entry, args) {
  // It is ASCII but for what comments say of licenses.
  const source = readFileSync(entry, 'latin1');
  const file = cacheFile(source, args);
  const cachedData = readIfThere(file);
  const script = new Script(wrap(source), { filename: entry, cachedData });
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
    const configured = process.env.XDG_CACHE_HOME || '';
    // As the XDG rules have it, a relative path is ignored.
    const base = isAbsolute(configured) ? configured : join(homedir(), '.cache');
    return join(base, 'trueup', 'code-cache', [build[1], process.version, process.arch].join('-'), command);
  } catch (_error) {
    return null;
  }
}

function readIfThere(file) {
  try {
    return file === null ? undefined : dataIn(readFileSync(file));
  } catch (_error) {
    return undefined;
  }
}

// V8 itself believes what it is given: a page that never got to the disk would end every later command by a signal.
function dataIn(bytes) {
  const data = bytes.subarray(DIGEST_LENGTH);
  return digestOf(data) === bytes.latin1Slice(0, DIGEST_LENGTH) ? data : undefined;
}

function digestOf(data) {
  return hash('sha1', data, 'hex');
}

function keep(script, file) {
  const folder = dirname(file);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const temporary = `${file}.${process.pid}`;
    const data = script.createCachedData();
    writeFileSync(temporary, Buffer.concat([Buffer.from(digestOf(data)), data]), { mode: 0o600 });
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

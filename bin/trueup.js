#!/usr/bin/env -S node --
// Starts the built command on a fitting Node. Kept to syntax that Node 12 can parse, so that an old Node gets one clear
// line, or is replaced by the runtime pinned next to this package, instead of a syntax error.
import { existsSync, readFileSync, realpathSync } from 'fs';
import * as nodeModule from 'module';
import { homedir } from 'os';
import { join } from 'path';
import { fileURLToPath, pathToFileURL } from 'url';

const OLDEST_NODE = 24;
const root = fileURLToPath(new URL('..', import.meta.url));
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
  const entry = join(root, 'dist', 'main.js');
  if (!existsSync(entry)) {
    fail('trueup is not built yet: run `npm run build` in ' + root);
    return;
  }
  useCompileCache();
  import(pathToFileURL(entry).href);
}

function startOnPinnedNode() {
  const pinned = join(root, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(pinned) || realpathSync(pinned) === realpathSync(process.execPath)) {
    fail(
      'trueup needs Node.js ' + OLDEST_NODE + ' or newer, this is ' + process.version + ': install it and try again.',
    );
    return;
  }
  import('child_process').then((childProcess) => {
    const script = fileURLToPath(import.meta.url);
    const child = childProcess.spawn(pinned, process.execArgv.concat('--', script, args), { stdio: 'inherit' });
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

// The cache lies in the user's own folder, because the package itself may be installed read-only. Without a home there
// is no cache; a cache that cannot be written is silently not used.
function useCompileCache() {
  if (process.env.NODE_COMPILE_CACHE || process.env.NODE_DISABLE_COMPILE_CACHE) return;
  try {
    const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    nodeModule.enableCompileCache(join(base, 'trueup', 'compile-cache'));
  } catch (_error) {
    // Start-up is only slower.
  }
}

function fail(message) {
  process.stderr.write(message + '\n');
  process.exitCode = 1;
}

/**
 * Records what this process touches: every path that it looks at, reads or writes outside of the folders that it may, every
 * program that it starts and every connection that it opens.
 */
import { syncBuiltinESMExports } from 'node:module';
import { sep } from 'node:path';

export interface Touches extends Disposable {
  /** In the order in which they were made. */
  readonly seen: readonly string[];
}

type Call = (...parameters: readonly unknown[]) => unknown;

const FILES = [
  'access',
  'lstat',
  'mkdir',
  'open',
  'readFile',
  'readdir',
  'readlink',
  'realpath',
  'rename',
  'rm',
  'stat',
];
const WRITES = ['appendFile', 'chmod', 'copyFile', 'link', 'symlink', 'truncate', 'unlink', 'writeFile'];
const STREAMS = ['createReadStream', 'createWriteStream', 'openSync', 'readFileSync', 'statSync', 'writeFileSync'];

export function recordTouches(may: readonly string[]): Touches {
  const seen: string[] = [];
  const undo: (() => void)[] = [];

  function watch(holder: object, names: readonly string[], note: (name: string, first: unknown) => void): void {
    const calls = holder as Record<string, Call>;
    for (const name of names) {
      const original = calls[name];
      if (original === undefined) throw new Error(`there is no ${name} to watch`);
      calls[name] = function watched(this: unknown, ...parameters) {
        note(name, parameters[0]);
        return Reflect.apply(original, this, parameters);
      };
      undo.push(() => (calls[name] = original));
    }
  }

  const outside = (name: string, path: unknown): void => {
    const text = path instanceof URL ? path.pathname : String(path);
    if (!may.some((folder) => text === folder || text.startsWith(folder + sep))) seen.push(`${name} ${text}`);
  };
  const any = (name: string, first: unknown): void => {
    seen.push(`${name} ${JSON.stringify(first)}`);
  };
  const fs = process.getBuiltinModule('node:fs');
  watch(fs.promises, FILES, outside);
  watch(fs.promises, WRITES, any);
  watch(fs, STREAMS, outside);
  watch(process.getBuiltinModule('node:child_process'), ['exec', 'execFile', 'fork', 'spawn', 'spawnSync'], any);
  watch(process.getBuiltinModule('node:net').Socket.prototype, ['connect'], any);
  watch(process.getBuiltinModule('node:dns'), ['lookup', 'resolve'], any);
  syncBuiltinESMExports();
  return {
    seen,
    [Symbol.dispose]() {
      for (const step of undo) step();
      syncBuiltinESMExports();
    },
  };
}

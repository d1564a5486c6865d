/** Keys of a terminal, one at a time, as long as it is open. However the process ends in order, the terminal is as it was. */
import type { ReadStream } from 'node:tty';

export type Key = 'pause' | 'force' | 'logs' | 'quit' | 'help' | 'up' | 'down' | 'interrupt';

const KEYS: Readonly<Record<string, Key>> = {
  p: 'pause',
  f: 'force',
  l: 'logs',
  q: 'quit',
  '?': 'help',
  h: 'help',
  k: 'up',
  j: 'down',
  '\u001B[A': 'up',
  '\u001BOA': 'up',
  '\u001B[B': 'down',
  '\u001BOB': 'down',
  '\u0003': 'interrupt',
  // The other side of the terminal is gone, or says that nothing more comes.
  '\u0004': 'quit',
};

/** Keys that came in one piece, as they do where somebody is fast; what means nothing is left out. */
export function keysIn(text: string): readonly Key[] {
  const tokens = text.match(/\u001B[[O][\d;]*[A-Za-z~]|[\s\S]/gu) ?? [];
  return tokens.flatMap((token) => KEYS[token.length === 1 ? token.toLowerCase() : token] ?? []);
}

export function readKeys(stdin: ReadStream, onKey: (key: Key) => void): Disposable {
  const onData = (chunk: Buffer | string): void => {
    for (const key of keysIn(chunk.toString())) onKey(key);
  };
  const restore = (): void => {
    if (stdin.isRaw) stdin.setRawMode(false);
  };
  stdin.setRawMode(true);
  stdin.on('data', onData).resume();
  process.once('exit', restore);
  return {
    [Symbol.dispose]() {
      process.off('exit', restore);
      stdin.off('data', onData).pause();
      restore();
    },
  };
}

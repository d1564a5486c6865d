import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { appendLog, type AppendTarget, openAppendLog } from '../../../src/files/append-log.ts';

interface FakeFile extends AppendTarget {
  /** What was done to it, in order. */
  readonly calls: string[];
  failing: boolean;
}

/** Each flush takes a turn of the event loop, as a real one does. */
function fakeFile(): FakeFile {
  const file: FakeFile = {
    calls: [],
    failing: false,
    async appendFile(text) {
      if (file.failing) throw new Error('no space');
      file.calls.push(`write ${text.replaceAll('\n', ' ').trim()}`);
    },
    async datasync() {
      await new Promise((resolve) => setImmediate(resolve));
      file.calls.push('flush');
    },
    async close() {
      file.calls.push('close');
    },
  };
  return file;
}

describe('a log of lines', () => {
  it('holds a line once its append resolves, behind what was there, in the order of the calls', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tu-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'log');
    writeFileSync(path, 'head\n');
    await using log = await openAppendLog(path);

    await log.append('one');
    expect(readFileSync(path, 'utf8')).toBe('head\none\n');
    await Promise.all(Array.from({ length: 100 }, (_, index) => log.append(String(index))));

    const lines = Array.from({ length: 100 }, (_, index) => `${index}\n`).join('');
    expect(readFileSync(path, 'utf8')).toBe(`head\none\n${lines}`);
  });

  it('flushes once for all that is asked for while another flush is under way', async () => {
    const file = fakeFile();
    const log = appendLog(file);

    const first = log.append('a');
    await Promise.resolve();
    await Promise.resolve();
    await Promise.all([first, log.append('b'), log.append('c'), log.append('d')]);

    expect(file.calls).toEqual(['write a', 'flush', 'write b c d', 'flush']);
  });

  it('does not resolve before the flush', async () => {
    const file = fakeFile();

    await appendLog(file).append('a');

    expect(file.calls.at(-1)).toBe('flush');
  });

  it('writes nothing more after a failure, even where there is room again', async () => {
    const file = fakeFile();
    const log = appendLog(file);
    await log.append('a');
    file.failing = true;
    await expect(log.append('b')).rejects.toThrow('no space');
    file.failing = false;

    await expect(log.append('c')).rejects.toThrow('no space');

    expect(file.calls).toEqual(['write a', 'flush']);
  });

  it('closes once, after what was asked for', async () => {
    const file = fakeFile();
    const log = appendLog(file);
    const written = log.append('a');

    await Promise.all([log[Symbol.asyncDispose](), log[Symbol.asyncDispose](), written]);

    expect(file.calls).toEqual(['write a', 'flush', 'close']);
  });

  it('writes a line that nobody waits with together with what comes in the same turn, in the order of the calls', async () => {
    const file = fakeFile();
    const log = appendLog(file);

    const soon = log.appendSoon('a');
    await Promise.resolve();
    await log.append('b');
    await soon;

    expect(file.calls).toEqual(['write a b', 'flush']);
  });

  it('writes such a line without waiting for another, and before it closes', async () => {
    const file = fakeFile();
    const log = appendLog(file);

    await log.appendSoon('a');
    const last = log.appendSoon('b');
    await log[Symbol.asyncDispose]();
    await last;

    expect(file.calls).toEqual(['write a', 'flush', 'write b', 'flush', 'close']);
  });
});

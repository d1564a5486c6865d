import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogFile, type LogFileOptions } from '../../../src/serve/log/log-file.ts';
import { openServeLog } from '../../../src/serve/log/open-log.ts';
import { eventually } from '../../support/eventually.ts';

let folder = '';
let troubles: unknown[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trueup-log-'));
  troubles = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function options(overrides: Partial<LogFileOptions> = {}): LogFileOptions {
  return {
    maxSize: 100,
    keep: 2,
    onTrouble: (error) => troubles.push(error),
    lostLine: (count) => `lost ${count}\n`,
    ...overrides,
  };
}

/** All lines that are kept, oldest first. */
function kept(): readonly string[] {
  const number = (name: string): number => Number(/[.](\d+)/.exec(name)?.[1] ?? 0);
  return readdirSync(folder)
    .toSorted((left, right) => number(right) - number(left))
    .flatMap((name) => {
      const bytes = readFileSync(join(folder, name));
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trimEnd().split('\n');
    });
}

describe('a log file', () => {
  it('keeps the newest lines in files of bounded size, the older ones compressed', async () => {
    await using file = new LogFile(join(folder, 'deep', 'a.log'), options());
    folder = join(folder, 'deep');

    for (let line = 0; line < 100; line += 1) file.write(`line ${String(line).padStart(4, '0')}\n`);

    await eventually(() => readdirSync(folder).every((name) => name === 'a.log' || name.endsWith('.gz')), 'compressed');
    expect(readdirSync(folder).toSorted()).toEqual(['a.log', 'a.log.1.gz', 'a.log.2.gz']);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
    expect(statSync(join(folder, 'a.log')).size).toBeLessThanOrEqual(100);
    expect(kept()).toEqual(Array.from({ length: 30 }, (_, index) => `line ${String(index + 70).padStart(4, '0')}`));
    expect(troubles).toEqual([]);
  });

  it('goes on where it was, also where it is to keep nothing', async () => {
    const path = join(folder, 'a.log');
    for (const text of ['one\n', 'two\n']) {
      await using file = new LogFile(path, options());
      file.write(text);
    }
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');

    await using small = new LogFile(path, options({ maxSize: 10, keep: 0 }));
    small.write('three\n');

    expect(kept()).toEqual(['three']);
  });

  it('goes on in a new file after it was moved away', async () => {
    const path = join(folder, 'a.log');
    await using file = new LogFile(path, options());
    file.write('before\n');
    renameSync(path, join(folder, 'moved'));
    file.write('meanwhile\n');

    file.reopen();
    file.write('after\n');

    expect(readFileSync(path, 'utf8')).toBe('after\n');
    expect(readFileSync(join(folder, 'moved'), 'utf8')).toBe('before\nmeanwhile\n');
  });

  it.skipIf(process.platform !== 'linux')('survives a full disk, and says how much is missing', async () => {
    const path = join(folder, 'a.log');
    symlinkSync('/dev/full', path);
    await using file = new LogFile(path, options());

    for (let line = 0; line < 50; line += 1) file.write('lost\n');
    expect(troubles).toHaveLength(1);
    rmSync(path);
    file.reopen();
    file.write('there is room again\n');

    expect(readFileSync(path, 'utf8')).toBe('lost 50\nthere is room again\n');
  });

  it('loses lines rather than growing where what was put aside cannot be moved', async () => {
    const path = join(folder, 'a.log');
    await using file = new LogFile(path, options({ keep: 1 }));
    // A folder in the place of a file that is too old is no file that may be removed.
    execFileSync('mkdir', ['-p', join(folder, 'a.log.1', 'x')]);
    file.write(`${'x'.repeat(98)}\n`);

    for (let line = 0; line < 50; line += 1) file.write('more\n');

    expect(statSync(path).size).toBe(99);
    expect(troubles).toHaveLength(1);
  });
});

describe('the log of the long-lived side', () => {
  it('is lines of JSON without a secret, whatever field brings it along', async () => {
    const path = join(folder, 'serve.log');
    const mask = (text: string): string => text.replaceAll('hunter2', '(secret)');
    await using opened = await openServeLog({ path, level: 'info', max_size: 10_000, keep: 1, mask });

    opened.log.debug({ environment: 'local' }, 'not this');
    opened.log.warn({ environment: 'local', err: new Error('the password is hunter2') }, 'it failed with hunter2');

    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('hunter2');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'warn',
      environment: 'local',
      err: { message: 'the password is (secret)' },
      msg: 'it failed with (secret)',
    });
  });
});

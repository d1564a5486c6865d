import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../../support/eventually.ts';

interface Started {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly status: Promise<number>;
}

function start(words: readonly string[], input: string | null = null): Started {
  const script = join(import.meta.dirname, 'children', 'hand-over.ts');
  const child = spawn(process.execPath, [script, ...words], { stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  if (input !== null) child.stdin.end(input);
  const status = once(child, 'close').then(([code]: unknown[]) => Number(code));
  return { child, said: () => said, status };
}

describe('a program that the streams are handed over to', () => {
  it('reads what comes in, writes to both outputs, and its exit status is ours', async () => {
    const { status, said } = start(['sh', '-c', 'cat; echo oops >&2; exit 7'], 'from outside\n');

    expect(await status).toBe(7);
    expect(said().split('\n').toSorted()).toEqual(['', 'from outside', 'oops']);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('gets %s, and ends as it likes', async (signal) => {
    // Not a shell, which cannot trap what is ignored where the tests were started, as by nohup.
    const { child, status, said } = start([
      process.execPath,
      '-e',
      `process.on('${signal}', () => { console.log('heard'); process.exit(5); }); setInterval(() => {}, 1000); console.log('up');`,
    ]);
    await eventually(() => said().includes('up'), 'the program to be up');

    child.kill(signal);

    expect(await status).toBe(5);
    expect(said()).toContain('heard');
  });

  it('that a signal ends has the status that a shell gives it', async () => {
    const { status } = start(['sh', '-c', 'kill -KILL $$']);

    expect(await status).toBe(137);
  });

  it('has to be installed', async () => {
    const { status, said } = start(['no-such-program-anywhere']);

    expect(await status).toBe(99);
    expect(said()).toBe('tool_missing: install it\n');
  });
});

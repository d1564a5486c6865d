import { duplexPair, PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { handOver } from '../../../../../src/drivers/lima/reach/hand-over.ts';

function scene(): {
  readonly input: PassThrough & { setRawMode(isRaw: boolean): void };
  readonly output: PassThrough;
  readonly modes: boolean[];
  readonly near: ReturnType<typeof duplexPair>[0];
  readonly far: ReturnType<typeof duplexPair>[0];
} {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { setRawMode: (isRaw: boolean) => void modes.push(isRaw) });
  const [near, far] = duplexPair();
  return { input, output: new PassThrough(), modes, near, far };
}

describe('a terminal that is handed over', () => {
  it('carries what is typed and what is said, until the key that leaves it, which nobody else sees', async () => {
    const { input, output, modes, near, far } = scene();
    const over = handOver({ input, output }, near, new AbortController().signal);
    far.write('login: ');
    const prompt = await new Promise((resolve) => output.once('data', resolve));

    input.write('root\r\u001dmore');
    await over;

    expect(String(prompt)).toBe('login: ');
    expect(String(far.read())).toBe('root\r');
    expect({ modes, isGone: near.destroyed }).toEqual({ modes: [true, false], isGone: true });
  });

  it('comes back when the machine ends', async () => {
    const { input, output, modes, near, far } = scene();
    const over = handOver({ input, output }, near, new AbortController().signal);

    far.end();
    near.destroy();
    await over;

    expect(modes).toEqual([true, false]);
  });

  it('comes back with the reason of an abort', async () => {
    const { input, output, modes, near } = scene();
    const ended = new AbortController();
    const over = handOver({ input, output }, near, ended.signal);
    const reason = new Error('enough');

    ended.abort(reason);

    await expect(over).rejects.toBe(reason);
    expect(modes).toEqual([true, false]);
  });
});

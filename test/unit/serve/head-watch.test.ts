/** Polls of a repo that nothing is heard of: here nobody watches its folders. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../../src/serve/clock.ts';
import { HeadWatch } from '../../../src/serve/sources/head-watch.ts';
import { eventually } from '../../support/eventually.ts';
import { git, repoWith } from '../git/scratch-repo.ts';

interface Polled {
  readonly repo: string;
  /** Lets so many polls come, and says how many of them asked git. */
  poll(times: number): Promise<number>;
}

function polled({ isWell = true }: { readonly isWell?: boolean } = {}): Polled {
  const repo = repoWith({ 'a.txt': 'one' });
  const due: (() => void)[] = [];
  let asked = 0;
  const clock: Clock = {
    ...systemClock(),
    after(_milliseconds, call) {
      due.push(call);
      return { [Symbol.dispose]: () => {} };
    },
  };
  const watch = new HeadWatch({
    gitDir: join(repo, '.git'),
    clock,
    pollMs: 30_000,
    isWell: () => isWell,
    moved: () => void (asked += 1),
  });
  onTestFinished(() => watch[Symbol.dispose]());
  return {
    repo,
    async poll(times) {
      const before = asked;
      for (let turn = 0; turn < times; turn += 1) {
        due.shift()?.();
        await eventually(() => due.length === 1, 'the next poll');
      }
      return asked - before;
    },
  };
}

describe('polls of a repo', () => {
  it('ask git once, and then only every tenth time while its files say that nothing has moved', async () => {
    const { poll } = polled();

    expect(await poll(1)).toBe(1);
    expect(await poll(9)).toBe(0);
    expect(await poll(1)).toBe(1);
    expect(await poll(9)).toBe(0);
  });

  it('ask git once more after whatever moved it', async () => {
    const { repo, poll } = polled();
    await poll(1);

    git(repo, 'commit', '--quiet', '--allow-empty', '--message', 'two');

    expect(await poll(1)).toBe(1);
    expect(await poll(3)).toBe(0);
  });

  it('ask git each time while something stands in the way of reading it', async () => {
    const { poll } = polled({ isWell: false });

    expect(await poll(5)).toBe(5);
  });
});

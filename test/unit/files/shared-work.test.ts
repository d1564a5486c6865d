import { describe, expect, it } from 'vitest';
import { sharedWork } from '../../../src/files/shared-work.ts';

/** Work that ends when the test says so. */
function heldWork() {
  const begun: string[] = [];
  const held: PromiseWithResolvers<void>[] = [];
  const share = sharedWork((key) => {
    begun.push(key);
    const end = Promise.withResolvers<void>();
    held.push(end);
    return end.promise;
  });
  return { share, begun, held };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe('work that is shared', () => {
  it('answers all who ask before it begins at once, and those who ask while it is under way by the next', async () => {
    const { share, begun, held } = heldWork();
    const ended: string[] = [];
    const asks = [share('a').then(() => ended.push('first')), share('a').then(() => ended.push('second'))];
    await settled();
    asks.push(
      share('a').then(() => ended.push('third')),
      share('a').then(() => ended.push('fourth')),
    );
    await settled();
    expect(begun).toEqual(['a']);

    held[0]?.resolve();
    await settled();

    expect(ended).toEqual(['first', 'second']);
    expect(begun).toEqual(['a', 'a']);
    held[1]?.resolve();
    await Promise.all(asks);
  });

  it('goes on for others under another key', async () => {
    const { share, begun, held } = heldWork();
    const asks = [share('a'), share('b')];
    await settled();

    expect(begun).toEqual(['a', 'b']);
    for (const { resolve } of held) resolve();
    await Promise.all(asks);
  });

  it('fails for those whom it would have answered, and for nobody after them', async () => {
    const { share, held } = heldWork();
    const first = share('a');
    await settled();
    const second = share('a');
    held[0]?.reject(new Error('no space'));
    await expect(first).rejects.toThrow('no space');
    await settled();

    held[1]?.resolve();

    await expect(second).resolves.toBeUndefined();
  });
});

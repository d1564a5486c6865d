import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withKeyOf } from '../../../../../src/drivers/lima/actuate/first-key.ts';
import { toldHome } from '../told-home.ts';

describe('machines that are made at once', () => {
  it('wait for each other until one of them has made the key of the home, and not afterwards', async () => {
    await using home = await toldHome({}, () => undefined);
    const withKey = withKeyOf(home.limactl.engine);
    const order: string[] = [];
    const make = (name: string, waits: Promise<unknown>): Promise<void> =>
      withKey(async () => {
        order.push(`${name} begins`);
        await waits;
        order.push(`${name} ends`);
      });

    const first = Promise.withResolvers<void>();
    const both = [make('a', first.promise)];
    await expect.poll(() => order).toEqual(['a begins']);
    both.push(make('b', Promise.resolve()));
    // Somebody who waits for nobody comes as far as `b` would.
    await withKeyOf(home.limactl.engine)(() => Promise.resolve());
    expect(order).toEqual(['a begins']);
    first.resolve();
    await Promise.all(both);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);

    order.length = 0;
    await mkdir(join(home.home, '_config'));
    await writeFile(join(home.home, '_config', 'user.pub'), '');
    const later = Promise.withResolvers<void>();
    const more = [make('c', later.promise), make('d', Promise.resolve())];
    await more[1];
    later.resolve();
    await Promise.all(more);
    expect(order.filter((word) => word.endsWith('ends'))).toEqual(['d ends', 'c ends']);
  });
});

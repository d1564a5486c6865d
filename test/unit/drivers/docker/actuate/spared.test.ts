import { expect, it } from 'vitest';
import { SmallEngine } from './small-engine.ts';

const WEB = 'shop-web-1';

it.each(['stop', 'remove'])('what was to go and has the declared name by now outlives the %s', async (verb) => {
  const engine = new SmallEngine().add('one', { name: WEB, running: true });

  await engine.run(verb, { name: 'zz', id: 'one', anonymous: null, spares: WEB });

  expect(engine.calls).toEqual([]);
});

it('what still stands beside the declared one goes', async () => {
  const engine = new SmallEngine().add('one', { name: WEB, running: true }).add('two', { name: 'zz', running: true });

  await engine.run('remove', { name: 'zz', id: 'two', anonymous: null, spares: WEB });

  expect(engine.calls).toEqual(['stop two', 'remove two']);
});

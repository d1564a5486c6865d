import { expect, it } from 'vitest';
import { withoutRepeats } from '../../../src/flow/one-engine.ts';
import type { Observation, ObservedObject } from '../../../src/model/observed.ts';
import { desired, environment } from '../../support/builders.ts';
import { observed } from '../../support/planning.ts';

it('shows what is ours once where two names mean one engine: what was set aside where its service belongs', () => {
  const web = desired('web', { engine: 'second' });
  const aside = observed(web, { name: 'shop-web-1.aside-01abc' });
  const gone = observed(desired('gone'));
  const seen = (engine: string): Observation => {
    const objects: readonly ObservedObject[] = [observed(web), aside, gone];
    return { status: 'known', engine, facts: null, objects };
  };
  const both = new Map(['first', 'second'].map((engine) => [engine, seen(engine)]));

  const once = withoutRepeats(environment([web]), both, new Map([...both.keys()].map((name) => [name, 'one'])));

  expect([...once.values()].map((one) => (one.status === 'known' ? one.objects : []))).toEqual([
    [gone],
    [observed(web), aside],
  ]);
});

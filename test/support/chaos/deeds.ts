/** What a round of a siege sets out to do, drawn from its chance alone, so that a single round can be repeated. */
import type { Deed } from './besieged-shop.ts';
import type { Random } from './random.ts';
import { GOOD, type ShopState } from './shop-state.ts';

export interface Round {
  readonly deed: Deed;
  /** What the manifests say while trueup is killed. */
  readonly during: ShopState;
  /** What is applied after it. */
  readonly after: ShopState;
  /** Whether the next apply finds nothing of what was remembered. */
  readonly isStateLost: boolean;
}

/** `before` is what stands. */
export function drawRound(before: ShopState, random: Random): Round {
  const deed = random.pick(['apply', 'apply', 'rollback', 'rollback', 'destroy'] as const);
  const changed: ShopState = {
    ...GOOD,
    colour: random.pick(['green', 'blue', 'violet']) + random.below(1000),
    extent: random.pick(['service', 'environment']),
    isDatabaseSteady: random.chance(0.3),
    image: random.pick(['busybox:1', 'busybox:2']),
    volume: random.pick(['shop_data', 'shop_data', 'shop_store']),
    isBackedUp: random.chance(0.3),
  };
  const onFailure = random.pick(['stop', 'rollback', 'continue'] as const);
  const sick = random.pick(['web', 'web', 'db'] as const);
  const isStateLost = random.chance(0.2);
  // The mended manifest, or the one from before the bad change.
  const after = random.chance(0.5) ? changed : before;
  switch (deed) {
    case 'apply':
      return { deed, during: { ...changed, onFailure }, after, isStateLost };
    case 'rollback':
      return { deed, during: { ...changed, sick }, after, isStateLost };
    case 'destroy':
      return { deed, during: before, after, isStateLost };
    default:
      return deed satisfies never;
  }
}

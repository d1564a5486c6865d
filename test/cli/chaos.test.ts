import { describe, it } from 'vitest';
import { BesiegedShop } from '../support/chaos/besieged-shop.ts';
import { runChaos } from '../support/chaos/chaos-run.ts';
import { processShopWorld } from '../support/chaos/process-shop-world.ts';
import { seedNow } from '../support/chaos/random.ts';
import { scratchRepo } from '../support/cli.ts';

/** The long form is `npm run chaos`. */
const MINUTES = Number(process.env['TRUEUP_CHAOS_MINUTES'] ?? 0.4);
const SEED = seedNow();
const MINUTE = 60_000;

describe('chaos on processes', () => {
  it(
    `for ${MINUTES} minutes ends converged, and nothing grows (TRUEUP_SEED=${SEED})`,
    async () => {
      await using repo = await scratchRepo({ 'README.md': 'a shop' });
      const shop = new BesiegedShop('process', repo, processShopWorld(repo));

      await runChaos(shop, { seed: SEED, minutes: MINUTES, control: null, tell: () => undefined });
    },
    (MINUTES + 5) * MINUTE,
  );
});

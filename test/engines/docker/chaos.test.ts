import { describe, it } from 'vitest';
import { BesiegedShop } from '../../support/chaos/besieged-shop.ts';
import { runChaos } from '../../support/chaos/chaos-run.ts';
import { dockerShopWorld } from '../../support/chaos/docker-shop-world.ts';
import { seedNow } from '../../support/chaos/random.ts';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { EngineControl } from '../../support/docker/engine-control.ts';

/** The long form is `npm run chaos -- --engine docker`. */
const MINUTES = Number(process.env['TRUEUP_CHAOS_MINUTES'] ?? 0.5);
const SEED = seedNow();
const MINUTE = 60_000;

describe('chaos on a container engine', () => {
  it(
    `for ${MINUTES} minutes ends converged, and nothing grows (TRUEUP_SEED=${SEED})`,
    async () => {
      await using repo = await dockerRepo({ 'README.md': 'a shop' });
      const shop = new BesiegedShop('docker', repo, dockerShopWorld(repo.engine.calls));
      const control = new EngineControl(repo.engine);

      await runChaos(shop, { seed: SEED, minutes: MINUTES, control, tell: () => undefined });
    },
    (MINUTES + 15) * MINUTE,
  );
});

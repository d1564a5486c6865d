import { describe, expect, it } from 'vitest';
import { BesiegedShop, DEEDS, type Deed, words } from '../support/chaos/besieged-shop.ts';
import { drawRound } from '../support/chaos/deeds.ts';
import { killAfter } from '../support/chaos/killing.ts';
import { processShopWorld } from '../support/chaos/process-shop-world.ts';
import { randomFrom, seedNow } from '../support/chaos/random.ts';
import { GOOD, type ShopState } from '../support/chaos/shop-state.ts';
import { scratchRepo } from '../support/cli.ts';

/** `TRUEUP_KILLS=200` is the long form; `TRUEUP_SEED` repeats one, `TRUEUP_ROUND` begins it at a round. */
const KILLS = Number(process.env['TRUEUP_KILLS'] ?? 25);
const SEED = seedNow();
const FIRST = Number(process.env['TRUEUP_ROUND'] ?? 0);

const SECOND = 1000;

describe('kill -9 of trueup', () => {
  it(
    `at ${KILLS} random moments of apply, rollback and destroy (TRUEUP_SEED=${SEED}) leaves what the next apply puts right`,
    async () => {
      await using repo = await scratchRepo({ 'README.md': 'a shop' });
      const shop = new BesiegedShop('process', repo, processShopWorld(repo));
      let standing: ShopState = GOOD;
      await shop.open(standing);
      const durations = await durationsOf(shop);
      const killed: Record<Deed, number> = { apply: 0, rollback: 0, destroy: 0 };

      for (let round = FIRST; sum(killed) < KILLS; round += 1) {
        const random = randomFrom(SEED).round(round);
        const { deed, during, after, isStateLost } = drawRound(standing, random);
        const share = random.next();
        await shop.set(during);

        const { isKilled } = await killAfter(shop.start(deed), share * durations[deed]);
        if (isKilled) killed[deed] += 1;
        if (isStateLost) await repo.removeState();

        const moment = `${deed} killed after ${share.toFixed(3)} of its time${isStateLost ? ', state lost' : ''}`;
        const again = `TRUEUP_SEED=${SEED} TRUEUP_ROUND=${round} TRUEUP_KILLS=1`;
        await shop.expectRight(after, `${moment} (${again})`);
        standing = after;
        if (KILLS > 25) console.log(`${sum(killed)}/${KILLS} round ${round}: ${moment}: right`);
      }

      console.log(`killed with seed ${SEED}: ${DEEDS.map((deed) => `${killed[deed]} × ${deed}`).join(', ')}`);
      const destroyed = await repo.trueup(['destroy', 'local', '--auto-approve']);
      expect(destroyed.status, words(destroyed)).toBe(0);
      expect(await shop.world.remains()).toEqual([]);
      expect(await shop.world.precious()).not.toBeNull();
    },
    (KILLS + 10) * 30 * SECOND,
  );
});

/** How many milliseconds each deed takes when nobody disturbs it. */
async function durationsOf(shop: BesiegedShop): Promise<Readonly<Record<Deed, number>>> {
  const changed: ShopState = { ...GOOD, colour: 'yellow' };
  const during: Readonly<Record<Deed, ShopState>> = {
    apply: changed,
    rollback: { ...GOOD, colour: 'black', sick: 'web' },
    destroy: changed,
  };
  const durations: Record<Deed, number> = { apply: 0, rollback: 0, destroy: 0 };
  for (const deed of DEEDS) {
    await shop.set(during[deed]);
    const started = performance.now();
    const ended = await shop.start(deed).done;
    durations[deed] = performance.now() - started;
    expect(ended.status, words(ended)).toBe(deed === 'rollback' ? 3 : 0);
    await shop.expectRight(changed, `after an undisturbed ${deed}`);
  }
  await shop.expectRight(GOOD, 'before the first kill');
  return durations;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((left, right) => left + right, 0);
}

import { describe, expect, it } from 'vitest';
import { BesiegedShop, DEEDS, type Deed, words } from '../../support/chaos/besieged-shop.ts';
import { drawRound } from '../../support/chaos/deeds.ts';
import { dockerShopWorld } from '../../support/chaos/docker-shop-world.ts';
import { killAfterRequest } from '../../support/chaos/killing.ts';
import { randomFrom, seedNow } from '../../support/chaos/random.ts';
import { GOOD, type ShopState } from '../../support/chaos/shop-state.ts';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';
import { RecordingSocket } from '../../support/docker/recording-socket.ts';

/** `TRUEUP_KILLS=200` is the long form; `TRUEUP_SEED` repeats one, `TRUEUP_ROUND` begins it at a round. */
const KILLS = Number(process.env['TRUEUP_KILLS'] ?? 10);
const SEED = seedNow();
const FIRST = Number(process.env['TRUEUP_ROUND'] ?? 0);

const SECOND = 1000;

describe('kill -9 of trueup on a container engine', () => {
  it(
    `at ${KILLS} random moments of apply, rollback and destroy (TRUEUP_SEED=${SEED}) leaves what the next apply puts right`,
    async () => {
      await using recording = await RecordingSocket.before(engineUnderTest().socket);
      await using repo = await dockerRepo({}, recording);
      const shop = new BesiegedShop('docker', repo, dockerShopWorld(repo.engine.calls));
      let standing: ShopState = GOOD;
      await shop.open(standing);
      const requests = await requestsOf(shop, recording);
      const killed: Record<Deed, number> = { apply: 0, rollback: 0, destroy: 0 };

      for (let round = FIRST; sum(killed) < KILLS; round += 1) {
        const random = randomFrom(SEED).round(round);
        const { deed, during, after, isStateLost } = drawRound(standing, random);
        const request = random.below(requests[deed]);
        const delayMs = random.below(30);
        await shop.set(during);

        const { isKilled } = await killAfterRequest(recording, () => shop.start(deed), { request, delayMs });
        if (isKilled) killed[deed] += 1;
        if (isStateLost) await repo.removeState();

        const moment = `${deed} killed ${delayMs} ms after request ${request}${isStateLost ? ', state lost' : ''}`;
        const again = `TRUEUP_SEED=${SEED} TRUEUP_ROUND=${round} TRUEUP_KILLS=1`;
        await shop.expectRight(after, `${moment} (${again})`);
        standing = after;
        if (KILLS > 20) console.log(`${sum(killed)}/${KILLS} round ${round}: ${moment}: right`);
      }

      console.log(`killed with seed ${SEED}: ${DEEDS.map((deed) => `${killed[deed]} × ${deed}`).join(', ')}`);
      const destroyed = await repo.trueup(['destroy', 'local', '--auto-approve']);
      expect(destroyed.status, words(destroyed)).toBe(0);
      expect(await shop.world.remains()).toEqual([]);
      expect(await shop.world.precious()).not.toBeNull();
    },
    (KILLS + 10) * 60 * SECOND,
  );
});

/** How many requests each deed takes when nobody disturbs it. */
async function requestsOf(shop: BesiegedShop, recording: RecordingSocket): Promise<Readonly<Record<Deed, number>>> {
  const changed: ShopState = { ...GOOD, colour: 'yellow' };
  const during: Readonly<Record<Deed, ShopState>> = {
    apply: changed,
    rollback: { ...GOOD, colour: 'black', sick: 'web' },
    destroy: changed,
  };
  const counts: Record<Deed, number> = { apply: 0, rollback: 0, destroy: 0 };
  for (const deed of DEEDS) {
    await shop.set(during[deed]);
    recording.reset();
    const ended = await shop.start(deed).done;
    counts[deed] = recording.requests.length;
    expect(ended.status, words(ended)).toBe(deed === 'rollback' ? 3 : 0);
    await shop.expectRight(changed, `after an undisturbed ${deed}`);
  }
  await shop.expectRight(GOOD, 'before the first kill');
  return counts;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((left, right) => left + right, 0);
}

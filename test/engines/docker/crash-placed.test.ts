import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BesiegedShop, words } from '../../support/chaos/besieged-shop.ts';
import { dockerShopWorld } from '../../support/chaos/docker-shop-world.ts';
import {
  type CutMoment,
  isWrite,
  killAtLine,
  killAtRequest,
  killAtWrite,
  mostLines,
} from '../../support/chaos/killing.ts';
import { randomFrom, seedNow } from '../../support/chaos/random.ts';
import { GOOD, type ShopState } from '../../support/chaos/shop-state.ts';
import type { ScratchRepo } from '../../support/cli.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';
import { type RecordedRequest, RecordingSocket } from '../../support/docker/recording-socket.ts';

/** How many moments of each kind; `TRUEUP_SAMPLES=all` is every one, `TRUEUP_SEED` takes the same ones again. */
const SAMPLES =
  process.env['TRUEUP_SAMPLES'] === 'all' ? Number.POSITIVE_INFINITY : Number(process.env['TRUEUP_SAMPLES'] ?? 4);
const SEED = seedNow();

const HOUR = 3_600_000;

const BAD: ShopState = { ...GOOD, colour: 'black', sick: 'web' };

describe('kill -9 of trueup while a bad change is made and taken back', () => {
  it(
    `before, during and after calls of the engine (TRUEUP_SEED=${SEED}) leaves what the next apply puts right`,
    async () => {
      await using recording = await RecordingSocket.before(engineUnderTest().socket);
      await using repo = await dockerRepo({}, recording);
      const shop = await openShop(repo);
      const { writes } = await countsOf(shop, recording);

      for (const moment of sampled(momentsOf(writes))) {
        await shop.set(BAD);

        const { isKilled } = await killAtWrite(recording, () => shop.start('rollback'), moment);

        // Steps that go on side by side are not the same number of calls each time: the last ones may not come.
        expect(isKilled || moment.write > writes / 2, inWords(moment)).toBe(true);
        await shop.expectRight(GOOD, `killed ${inWords(moment)} (TRUEUP_SEED=${SEED})`);
      }
    },
    HOUR,
  );

  it(
    `at lines of the journal (TRUEUP_SEED=${SEED}) leaves what the next apply puts right`,
    async () => {
      await using recording = await RecordingSocket.before(engineUnderTest().socket);
      await using repo = await dockerRepo({}, recording);
      const shop = await openShop(repo);
      const { lines } = await countsOf(shop, recording);
      const file = journalOf(repo);
      expect(lines).toBeGreaterThan(0);

      for (const line of sampled(Array.from({ length: lines }, (_, index) => index + 1))) {
        await shop.set(BAD);

        const { isKilled } = await killAtLine(() => shop.start('rollback'), { file, lines: line });

        expect(isKilled || line > lines / 2).toBe(true);
        await shop.expectRight(GOOD, `killed at line ${line} of ${lines} of the journal (TRUEUP_SEED=${SEED})`);
      }
    },
    HOUR,
  );
});

interface Moment {
  readonly write: number;
  readonly when: CutMoment;
}

function momentsOf(writes: number): readonly Moment[] {
  return Array.from({ length: writes }, (_, write) => write).flatMap((write) =>
    (['before', 'after_effect', 'after_answer'] as const).map((when) => ({ write, when })),
  );
}

describe('kill -9 of trueup while the data of a volume moves to another name', () => {
  it.each(['before', 'after_effect', 'after_answer'] as const)(
    '(%s the data is written) leaves nothing of the move where it is given up',
    async (when) => {
      await using recording = await RecordingSocket.before(engineUnderTest().socket);
      await using repo = await dockerRepo({}, recording);
      const shop = await openShop(repo);
      await shop.set({ ...GOOD, volume: 'shop_store' });
      const matches = ({ method, path }: RecordedRequest): boolean => method === 'PUT' && path.includes('/archive');

      const { isKilled } = await killAtRequest(recording, () => shop.start('apply'), { matches, when });

      expect(isKilled).toBe(true);
      await shop.expectRight(GOOD, `killed ${when}`);
    },
  );
});

function inWords({ write, when }: Moment): string {
  return `${when.replace('_', ' ')} of writing call ${write}`;
}

function journalOf({ root }: ScratchRepo): string {
  return join(root, '.trueup', 'journal', 'local.ndjson');
}

async function openShop(repo: DockerRepo): Promise<BesiegedShop> {
  const shop = new BesiegedShop('docker', repo, dockerShopWorld(repo.engine.calls));
  await shop.open(GOOD);
  return shop;
}

/** What the change takes when nobody disturbs it. */
async function countsOf(
  shop: BesiegedShop,
  recording: RecordingSocket,
): Promise<{ readonly writes: number; readonly lines: number }> {
  await shop.set(BAD);
  recording.reset();
  const lines = await mostLines(journalOf(shop.repo), async () => {
    const ended = await shop.start('rollback').done;
    expect(ended.status, words(ended)).toBe(3);
  });
  const writes = recording.requests.filter(isWrite).length;
  await shop.expectRight(GOOD, 'undisturbed');
  return { writes, lines };
}

function sampled<T>(moments: readonly T[]): readonly T[] {
  const random = randomFrom(SEED);
  const left = [...moments];
  if (SAMPLES >= left.length) return left;
  return Array.from({ length: SAMPLES }, () => left.splice(random.below(left.length), 1)).flat();
}

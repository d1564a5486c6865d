import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { CliResult } from '../../support/cli.ts';
import { BesiegedShop, type Deed, words } from '../../support/chaos/besieged-shop.ts';
import { dockerShopWorld } from '../../support/chaos/docker-shop-world.ts';
import { randomFrom, seedNow } from '../../support/chaos/random.ts';
import { GOOD, type ShopState } from '../../support/chaos/shop-state.ts';
import { type DockerRepo, dockerRepo } from '../../support/docker/docker-repo.ts';
import { EngineControl } from '../../support/docker/engine-control.ts';
import { engineUnderTest } from '../../support/docker/engine-under-test.ts';
import { RecordingSocket } from '../../support/docker/recording-socket.ts';

/** How often for each trouble and deed; `TRUEUP_TROUBLES=10` is a long form, `TRUEUP_SEED` repeats one. */
const TIMES = Number(process.env['TRUEUP_TROUBLES'] ?? 1);
const SEED = seedNow();

const MINUTE = 60_000;

interface Trouble {
  readonly kind: string;
  make(control: EngineControl): Promise<void>;
}

const TROUBLES: readonly Trouble[] = [
  {
    kind: 'killed and started again',
    make: async (control) => {
      await control.end('SIGKILL');
      await control.start();
    },
  },
  {
    kind: 'frozen for a while',
    make: async (control) => {
      await control.freeze();
      await delay(3000);
      await control.thaw();
    },
  },
  {
    kind: 'restarted',
    make: async (control) => {
      await control.end('SIGTERM');
      await control.start();
    },
  },
  {
    kind: 'lost with its machine, which comes up again',
    make: async (control) => {
      await control.losePower();
      await control.start();
    },
  },
];

const DEEDS: readonly Deed[] = ['apply', 'rollback'];

describe('an engine in trouble while a change is made', () => {
  const cases = TROUBLES.flatMap((trouble) => DEEDS.map((deed) => ({ deed, trouble, kind: trouble.kind })));

  it.each(cases)(
    `$kind during $deed (TRUEUP_SEED=${SEED}) is reported as it is, and the next apply puts all right`,
    async ({ deed, trouble, kind }) => {
      await using recording = await RecordingSocket.before(engineUnderTest().socket);
      await using repo = await dockerRepo({}, recording);
      const shop = new BesiegedShop('docker', repo, dockerShopWorld(repo.engine.calls));
      await shop.open(GOOD);
      const random = randomFrom(SEED).round(cases.findIndex((one) => one.deed === deed && one.kind === kind));

      for (let time = 0; time < TIMES; time += 1) {
        const changed: ShopState = { ...GOOD, colour: `blue${time}` };
        await shop.set(deed === 'rollback' ? { ...changed, sick: 'web' } : changed);
        const request = 10 + random.below(40);

        const result = await troubled(shop, recording, { deed, request, trouble });

        const when = `${kind} after request ${request} (TRUEUP_SEED=${SEED})`;
        await expectHonest(repo, result, deed, when);
        await shop.expectRight(changed, when);
      }
    },
    TIMES * 10 * MINUTE,
  );
});

/** Runs the deed and makes the trouble once so many requests were sent; resolves when both have ended. */
async function troubled(
  shop: BesiegedShop,
  recording: RecordingSocket,
  moment: { readonly deed: Deed; readonly request: number; readonly trouble: Trouble },
): Promise<CliResult> {
  const reached = Promise.withResolvers<void>();
  let seen = 0;
  using _watching = recording.watch(() => {
    if (seen === moment.request) reached.resolve();
    seen += 1;
  });
  const running = shop.start(moment.deed);
  await Promise.race([reached.promise, running.done]);
  await moment.trouble.make(new EngineControl(engineUnderTest()));
  return await running.done;
}

/** What it says is what became of it: done where all steps are, and nothing that went wrong goes unsaid. */
async function expectHonest({ root }: DockerRepo, result: CliResult, deed: Deed, when: string): Promise<void> {
  const said = words(result);
  expect([0, 1, 3], `${when}: ${said}`).toContain(result.status);
  if (deed === 'rollback') expect(result.status, `${when}: ${said}`).not.toBe(0);
  if (result.status !== 0) expect(said, when).toMatch(/\[[a-z_]+\]/);
  expect(said, when).not.toContain('[internal]');
  const text = await readFile(join(root, 'reports/local/run/latest.json'), 'utf8').catch(() => null);
  if (text === null) return;
  const { status } = JSON.parse(text) as { readonly status?: string };
  if (result.status === 0) expect(status, when).toBe('succeeded');
}

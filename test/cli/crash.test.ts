import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { MANIFEST, shop } from '../support/shop.ts';

/** How many kills; `TRUEUP_KILLS=100` is the long form. */
const KILLS = Number(process.env['TRUEUP_KILLS'] ?? 100);
const SEED = Number(process.env['TRUEUP_SEED'] ?? Date.now() % 1_000_000);

/** mulberry32: the same seed places the same kills. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('kill -9 of trueup', () => {
  it(`at ${KILLS} random moments (seed ${SEED}) always leaves what the next apply converges, and no orphan`, async () => {
    const random = randomFrom(SEED);
    await using repo = await scratchRepo({ [MANIFEST]: shop() });

    for (let kill = 0; kill < KILLS; kill += 1) {
      const isDestroy = random() < 0.25;
      await repo.write({ [MANIFEST]: shop({ logLevel: `level${Math.floor(random() * 3)}` }) });
      const running = repo.start(isDestroy ? ['destroy', 'local', '--auto-approve'] : ['apply', '--auto-approve']);
      await delay(random() * 700);
      running.child.kill('SIGKILL');
      await running.done;
      if (kill % 10 === 9) await expectConverged(repo, `after kill ${kill} of seed ${SEED}`);
    }

    await repo.trueup(['destroy', 'local', '--volumes', '--auto-approve']);
    expect(await repo.processes()).toEqual([]);
    expect(readdirSync(join(repo.engineRoot, 'services'))).toEqual([]);
  }, 600_000);
});

async function expectConverged(repo: ScratchRepo, when: string): Promise<void> {
  const applied = await repo.trueup(['apply', '--auto-approve']);
  expect(applied.status, `${when}: ${applied.stdout}${applied.stderr}`).toBe(0);
  const planned = await repo.trueup(['plan', '--detailed-exitcode']);
  expect(planned.status, `${when}: ${planned.stdout}`).toBe(0);
  const pids = Object.values(await repo.pids());
  expect(pids, when).toHaveLength(3);
  // A service is its shim and its command: three of each, and nothing that nobody knows.
  const living = await repo.processes();
  expect(living, `${when}: ${living.map(commandOf).join('; ')}`).toHaveLength(6);
  for (const file of jsonFiles(join(repo.root, '.trueup')))
    expect(() => void JSON.parse(readFileSync(file, 'utf8'))).not.toThrow();
  expect(readFileSync(join(repo.engineRoot, 'volumes/shop_data/data/ready'), 'utf8')).toBe('ready\n');
}

function commandOf(pid: number): string {
  try {
    return `${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 120)}`;
  } catch {
    return `${pid} gone`;
  }
}

function jsonFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name));
}

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wrongClock } from '../support/chaos/wrong-clock.ts';
import { type CliResult, eventually, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { DATABASE_READY, MANIFEST, shop } from '../support/shop.ts';

const APPLY = ['apply', '--auto-approve'] as const;
const PLAN = ['plan', '--detailed-exitcode'] as const;
const DAY = 86_400_000;

function words({ stdout, stderr }: CliResult): string {
  return stdout + stderr;
}

/** Durations of all runs that were reported. */
async function durations({ root }: ScratchRepo): Promise<readonly number[]> {
  const folder = join(root, 'reports/local/run');
  const names = (await readdir(folder)).filter((name) => name !== 'latest.json');
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => {
    const found = JSON.parse(text) as { readonly duration_ms: number; readonly steps: readonly Timed[] };
    return [found.duration_ms, ...found.steps.map(({ duration_ms }) => duration_ms)];
  });
}

interface Timed {
  readonly duration_ms: number;
}

describe('a clock that is set', () => {
  it('between runs, back and forth by more than a year, changes no plan and forgets no run', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    const levels = ['info', 'back', 'forth', 'now'];
    const shifts = [0, -400 * DAY, 400 * DAY, 0];

    for (const [index, shiftMs] of shifts.entries()) {
      const env = { ...repo.env, ...wrongClock({ shiftMs }) };
      await repo.write({ [MANIFEST]: shop({ logLevel: levels[index] ?? '' }) });
      const applied = await repo.trueup(APPLY, { env });
      const planned = await repo.trueup(PLAN, { env });

      expect(applied.status, words(applied)).toBe(0);
      expect(planned.status, words(planned)).toBe(0);
    }

    const told = await repo.trueup(['history', '--output', 'json']);
    const years = [...told.stdout.matchAll(/"started_at": ?"(\d{4})-/g)].map(([, year]) => Number(year));
    expect(years).toHaveLength(4);
    expect(new Set(years).size, told.stdout).toBe(3);
    expect(Math.min(...(await durations(repo)))).toBeGreaterThanOrEqual(0);
  });

  it.each([-DAY, DAY])('by %d ms while a gate waits neither opens nor fails it', async (shiftMs) => {
    await using repo = await scratchRepo({ [MANIFEST]: shop({ databaseDelay: 2 }) });
    const env = { ...repo.env, ...wrongClock({ shiftMs, afterMs: 900 }) };

    const applied = await repo.trueup(APPLY, { env });

    expect(applied.status, words(applied)).toBe(0);
    const all = await durations(repo);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...all)).toBeLessThan(60_000);
    expect((await repo.trueup(PLAN)).status).toBe(0);
  });

  it.each([
    { whose: 'who holds it', holder: DAY, other: 0 },
    { whose: 'who wants it', holder: 0, other: DAY },
  ])('lets nobody take the lock away, whether it is the clock of $whose', async ({ holder, other }) => {
    await using repo = await scratchRepo({ [MANIFEST]: shop({ databaseDelay: 1000 }) });
    const first = repo.start(APPLY, { env: { ...repo.env, ...wrongClock({ shiftMs: holder }) } });
    await eventually(async () => 'service.db' in (await repo.pids()), 'the first apply to have started the database');

    const second = await repo.trueup(APPLY, { env: { ...repo.env, ...wrongClock({ shiftMs: other }) } });
    await writeFile(join(repo.engineRoot, DATABASE_READY), 'ready');

    expect(second.status, words(second)).toBe(4);
    expect((await first.done).status).toBe(0);
  });
});

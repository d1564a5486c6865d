import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BesiegedShop, words } from '../support/chaos/besieged-shop.ts';
import { processShopWorld } from '../support/chaos/process-shop-world.ts';
import { sendSignal } from '../support/chaos/send-signal.ts';
import { GOOD, type ShopState } from '../support/chaos/shop-state.ts';
import { eventually, type ScratchRepo, scratchRepo } from '../support/cli.ts';

const BAD: ShopState = { ...GOOD, colour: 'black', sick: 'web' };

/** What is left of processes when their machine has come up again: records of another boot. */
async function reboot(repo: ScratchRepo): Promise<void> {
  await eventually(async () => {
    const pids = await repo.processes();
    for (const pid of pids) sendSignal(pid, 'SIGKILL');
    return pids.length === 0;
  }, 'everything to end');
  const services = join(repo.engineRoot, 'services');
  for (const name of await readdir(services)) {
    const file = join(services, name, 'state');
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null) await writeFile(file, text.replaceAll(/boot=\S+/g, 'boot=before'));
  }
}

describe('a machine that starts anew', () => {
  it('has its shop back after an apply, with its data', async () => {
    await using repo = await scratchRepo({ 'README.md': 'a shop' });
    const shop = new BesiegedShop('process', repo, processShopWorld(repo));
    await shop.open(GOOD);
    await reboot(repo);

    const planned = await repo.trueup(['plan', '--detailed-exitcode']);

    expect(planned.status, words(planned)).toBe(2);
    await shop.expectRight(GOOD, 'after the machine started anew');
  });

  it.each([
    { kind: 'what it was', after: GOOD },
    { kind: 'another one that works', after: { ...GOOD, colour: 'green' } },
  ])('in the middle of a bad change has its shop back after an apply of $kind', async ({ after }) => {
    await using repo = await scratchRepo({ 'README.md': 'a shop' });
    const shop = new BesiegedShop('process', repo, processShopWorld(repo));
    await shop.open(GOOD);
    await shop.set(BAD);
    const running = shop.start('rollback');
    await running.until(/service\.web start: done/);
    running.child.kill('SIGKILL');
    await running.done;
    await reboot(repo);

    await shop.expectRight(after, 'after the machine started anew');
  });

  it('lets a bad change that was under way end with what worked before', async () => {
    await using repo = await scratchRepo({ 'README.md': 'a shop' });
    const shop = new BesiegedShop('process', repo, processShopWorld(repo));
    await shop.open({ ...GOOD, isDatabaseSteady: true });
    await shop.set({ ...BAD, isDatabaseSteady: true });
    const running = shop.start('rollback');
    await running.until(/service\.web start: done/);
    running.child.kill('SIGKILL');
    await running.done;
    await reboot(repo);

    const applied = await repo.trueup(['apply', '--auto-approve']);

    expect(applied.status, words(applied)).toBe(3);
    await shop.expectRight({ ...GOOD, isDatabaseSteady: true }, 'after the machine started anew');
  });
});

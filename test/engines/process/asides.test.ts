import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import type { ObservedObject } from '../../../src/model/observed.ts';
import { eventually, isAlive, killTogether, pidOf, script, serviceConfig, TestEngine } from './support.ts';

const NAME = 'shop-web-1';
const KEPT = `${NAME}.aside-01test`;
const OLD = ['sleep', '601'];
const NEW = ['sleep', '602'];

let engine: TestEngine;
beforeEach(() => {
  engine = new TestEngine();
});
afterEach(() => engine.end());

/** As the steps of a replacement begin. */
async function setAside(): Promise<ObservedObject> {
  const old = await engine.look();
  await engine.stop();
  await engine.run('set_aside', { name: NAME, successor: NAME });
  return old;
}

function succeed(): Promise<ObservedObject> {
  return engine.up({ command: NEW });
}

function restore(old: ObservedObject, more: JsonObject = {}): Promise<JsonObject> {
  return engine.run('restore', { name: NAME, id: old.id, volumes: {}, starts: true, ...more });
}

function names(): readonly string[] {
  return readdirSync(join(engine.root, 'services')).sort();
}

/** The machine was started anew: pids of before mean nobody. */
async function reboot(name: string): Promise<void> {
  await killTogether(engine.leftovers());
  const file = join(engine.folder(name), 'state');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/boot=\S+/, 'boot=other-boot'));
}

async function expectOnly(command: readonly string[], old?: ObservedObject): Promise<void> {
  expect(names()).toEqual([NAME]);
  const object = await engine.reach('running');
  expect(object.configured).toMatchObject({ process: { command }, run_state: 'running' });
  if (old !== undefined) expect(object.configured).toEqual(old.configured);
  await eventually(() => engine.leftovers().length === 2, 'one shim and one command');
}

describe('what is set aside', () => {
  it('is known by name and owner, runs nothing, and is restarted by nobody', async () => {
    await engine.up({ command: OLD, restart: 'always' });
    const old = await setAside();

    const kept = await engine.look(KEPT);
    expect(kept).toMatchObject({ id: old.id, ownership: { owner: 'owner-1', address: 'service.web' } });
    expect(kept.status).toMatchObject({ run_state: 'stopped', details: { pid: null } });
    expect(readFileSync(join(engine.folder(KEPT), 'policy'), 'utf8')).toBe('no\n');
    expect(engine.leftovers()).toEqual([]);
    expect(names()).toEqual([KEPT]);
  });

  it('is not touched by what happens under its old name', async () => {
    await engine.up({ command: script('echo old; exec sleep 601') });
    await eventually(() => engine.log().includes('old'), 'the line');
    await setAside();

    const next = await succeed();
    const ran = await engine.actuator.exec({ type: 'service', name: NAME }, next.configured, ['true'], {
      signal: new AbortController().signal,
      vault: engine.context().vault,
    });
    await engine.remove();

    expect(ran.exit_code).toBe(0);
    expect(engine.log(KEPT)).toBe('old\n');
    expect((await engine.look(KEPT)).status.run_state).toBe('stopped');
  });

  it('is set aside once, however often it is told: what stands there by then never worked', async () => {
    await engine.up({ command: OLD });
    const old = await setAside();
    await engine.run('set_aside', { name: NAME, successor: NAME });
    expect((await engine.look(KEPT)).id).toBe(old.id);

    await succeed();
    await engine.run('set_aside', { name: NAME, successor: NAME });

    expect(names()).toEqual([KEPT]);
    expect((await engine.look(KEPT)).id).toBe(old.id);
    expect(engine.leftovers()).toEqual([]);
  });

  it('goes alone when it is discarded, and only once', async () => {
    await engine.up({ command: OLD });
    await setAside();
    await succeed();

    await engine.run('discard_aside', { name: NAME });
    await engine.run('discard_aside', { name: NAME });

    await expectOnly(NEW);
  });

  it('fits however long the name is that a manifest may give', async () => {
    const name = 'x'.repeat(200);
    await engine.run('create', { name, config: serviceConfig(), volumes: {} });

    await engine.run('set_aside', { name, successor: name });

    expect((await engine.objects()).map((object) => object.name)).toEqual([`${name}.aside-01test`]);
  });

  it('belongs to the address of its successor, where that has another', async () => {
    await engine.run('create', { name: 'shop-old-1', config: serviceConfig(), volumes: {} }, 'service.old');

    await engine.run('set_aside', { name: 'shop-old-1', successor: NAME });

    expect((await engine.look(KEPT)).ownership?.address).toBe('service.web');
  });

  it('is left alone where it is not ours', async () => {
    await engine.up({ command: OLD });
    await setAside();
    for (const file of ['entry.json', 'ownership.json']) {
      const path = join(engine.folder(KEPT), file);
      writeFileSync(path, readFileSync(path, 'utf8').replace('owner-1', 'owner-2'));
    }

    await expect(engine.run('discard_aside', { name: NAME })).rejects.toMatchObject({ code: 'name_in_use' });
    await expect(engine.run('restore', { name: NAME, id: 'x' })).rejects.toMatchObject({ code: 'name_in_use' });
    expect(names()).toEqual([KEPT]);
  });
});

describe('a restore', () => {
  it('ends what failed, and brings back what worked with its configuration and policy', async () => {
    await engine.up({ command: OLD, restart: 'on-failure:3', labels: { team: 'core' } });
    const old = await setAside();
    const bad = await succeed();

    await restore(old);

    expect(isAlive(pidOf(bad))).toBe(false);
    await expectOnly(OLD, old);
    expect(readFileSync(join(engine.folder(), 'policy'), 'utf8')).toBe('on-failure:3\n');
  });

  it('does nothing a second time', async () => {
    await engine.up({ command: OLD });
    const old = await setAside();
    await succeed();
    await restore(old);
    const { status } = await engine.look();

    await restore(old);

    expect((await engine.look()).status.incarnation).toBe(status.incarnation);
    await expectOnly(OLD, old);
  });

  it('needs nothing in its place', async () => {
    await engine.up({ command: OLD });
    const old = await setAside();

    await restore(old);

    await expectOnly(OLD, old);
  });

  it('starts what was stopped and not set aside yet', async () => {
    await engine.up({ command: OLD });
    const old = await engine.look();
    await engine.stop();

    await restore(old);

    await expectOnly(OLD, old);
  });

  it('goes on where another was cut off: the failed one stopped, or gone, or the old one back and not started', async () => {
    for (const cut of ['stopped', 'gone', 'renamed'] as const) {
      await engine.up({ command: OLD });
      const old = await setAside();
      await succeed();
      await engine.stop();
      if (cut !== 'stopped') rmSync(engine.folder(), { recursive: true });
      if (cut === 'renamed') renameSync(engine.folder(KEPT), engine.folder());

      await restore(old);

      await expectOnly(OLD, old);
      await engine.remove();
    }
  });

  it('also ends processes of the failed one that left their session', async () => {
    await engine.up({ command: OLD });
    const old = await setAside();
    await engine.up({ command: script('setsid sleep 603 & exec sleep 602') });
    await eventually(() => engine.leftovers().length === 3, 'all three');

    await restore(old);

    await expectOnly(OLD, old);
  });

  it('holds after the machine was started anew, whatever was set aside or back by then', async () => {
    await engine.up({ command: OLD });
    const old = await setAside();
    await succeed();
    await reboot(KEPT);
    await reboot(NAME);
    expect((await engine.look(KEPT)).status.run_state).toBe('stopped');
    expect((await engine.look()).status.run_state).toBe('dead');

    await restore(old);

    await expectOnly(OLD, old);
    await reboot(NAME);
    await restore(old);
    await expectOnly(OLD, old);
  });

  it('leaves what had ended by itself as it was', async () => {
    await engine.up({ command: ['true'] });
    await engine.reach('completed');
    const old = await setAside();
    await succeed();

    await restore(old, { starts: false });

    expect((await engine.look()).configured).toEqual(old.configured);
    expect(engine.leftovers()).toEqual([]);
  });

  it('hands the data of a volume over under the name that it has now', async () => {
    const mount = { type: 'volume', volume: 'data', host_path: null, container_path: null, mode: 'rw' };
    await engine.run('create_volume', { name: 'old_data', config: {} }, 'volume.data');
    const parts = { command: script('touch "$TRUEUP_VOLUME_DATA"/here; exec sleep 601'), volumes: { data: mount } };
    await engine.up(parts, NAME, { data: { name: 'old_data', external: false } });
    const written = join(engine.root, 'volumes', 'old_data', 'data', 'here');
    await eventually(() => existsSync(written), 'the file');
    const old = await setAside();
    await engine.run('rename_volume', { name: 'new_data', previous_name: 'old_data', config: {} }, 'volume.data');
    rmSync(join(engine.root, 'volumes', 'new_data', 'data', 'here'));

    await restore(old, { volumes: { data: { name: 'new_data', external: false } } });

    await eventually(() => existsSync(join(engine.root, 'volumes', 'new_data', 'data', 'here')), 'the file again');
    expect(existsSync(join(engine.root, 'volumes', 'old_data'))).toBe(false);
  });

  it('says so where nothing is left to bring back, and leaves what stands there', async () => {
    await engine.up({ command: OLD });
    const old = await setAside();
    await succeed();
    rmSync(engine.folder(KEPT), { recursive: true });

    await expect(restore(old)).rejects.toMatchObject({ code: 'object_missing' });

    await expectOnly(NEW);
  });
});

import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegistryWatch } from '../../../src/drivers/process/registry-watch.ts';
import type { Engine } from '../../../src/drivers/process/engine.ts';
import { readRegistered, writeEntry } from '../../../src/drivers/process/entry.ts';
import type { Trace } from '../../../src/drivers/process/traces.ts';
import { eventually, kill, pidOf, readProc, TestEngine } from './support.ts';

let engine: TestEngine;
let opened: DisposableStack;

beforeEach(() => {
  engine = new TestEngine();
  opened = new DisposableStack();
});
afterEach(async () => {
  opened.dispose();
  await engine.end();
});

interface Heard {
  readonly gaps: string[];
  readonly states: (string | null)[];
  /** Both, in the order heard: `name state`, and gaps as they are. */
  readonly all: string[];
}

type Concerns = (name: string, owner: string) => boolean;

function add(watch: RegistryWatch, concerns: Concerns = () => true): Heard {
  const heard: Heard = { gaps: [], states: [], all: [] };
  watch.add({
    concerns: ({ name, ownership }) => concerns(name, ownership.owner),
    changed(before: Trace | null, after: Trace | null) {
      heard.states.push(after?.state ?? null);
      heard.all.push(`${after?.name ?? before?.name} ${after?.state ?? 'none'}`);
    },
    gap(reason) {
      heard.gaps.push(reason);
      heard.all.push(reason);
    },
  });
  return heard;
}

/** Resolves once it has heard that nothing is missed from then on. */
async function listen(watch: RegistryWatch, concerns?: Concerns): Promise<Heard> {
  const heard = add(watch, concerns);
  await eventually(() => heard.gaps.some((gap) => gap.includes('from now on')), 'the first gap');
  return heard;
}

/** The engine, whose looks at processes begin with that. */
function withLooks(beforeLook: () => Promise<void>, isLive = true): Engine {
  const { processes } = engine.engine;
  const look = async (signal?: AbortSignal) => {
    await beforeLook();
    return processes.look(signal);
  };
  return { ...engine.engine, processes: { ...processes, look, isLive } };
}

describe('the watch of a registry', () => {
  it('looks in turns where there are no file watches to be had, and says so once', async () => {
    await engine.up();
    const web = await engine.up({}, 'shop-api-1');
    const exhausted = Object.assign(new Error('no space left'), { code: 'ENOSPC', errno: -28, syscall: 'watch' });
    const watch = opened.use(
      new RegistryWatch(engine.engine, () => {
        throw exhausted;
      }),
    );
    const heard = await listen(watch);
    const later = await listen(watch);

    kill(pidOf(web));

    await eventually(() => heard.states.includes('failed'), 'the end of the service');
    await eventually(() => later.states.includes('failed'), 'the end of the service, for who came later');
    const said = 'looking in turns from now on: no more file watches are to be had (ENOSPC)';
    // A machine that stands still for long is said to have, too.
    const told = [heard, later].map(({ gaps }) => gaps.filter((gap) => gap.includes('file watches')));
    expect(told).toEqual([[said], [said]]);
  });

  it('notices that a command was killed together with its supervisor, which tells nobody', async () => {
    const web = await engine.up();
    const watch = opened.use(new RegistryWatch(engine.engine));
    const heard = await listen(watch);

    const supervisor = Number(readProc(pidOf(web), 'stat').split(' ')[3]);
    kill(supervisor, 'SIGSTOP');
    kill(pidOf(web));
    kill(supervisor);

    await eventually(() => heard.states.includes('failed'), 'the end of both');
  });

  it('tells who comes later of what nobody asked for until then, and is idle when all are gone', async () => {
    const web = await engine.up();
    const watch = opened.use(new RegistryWatch(engine.engine));
    const others = await listen(watch, (name) => name === 'shop-other-1');
    const ours = await listen(watch, (name) => name === 'shop-web-1');

    kill(pidOf(web));

    await eventually(() => ours.states.includes('failed'), 'the end of the service');
    expect(others.gaps.filter((gap) => gap.includes('from now on'))).toEqual(['looking from now on']);
    expect(watch.isIdle).toBe(false);
  });

  it('tells of what is made where there are no file watches to be had', async () => {
    const exhausted = Object.assign(new Error('no space left'), { code: 'ENOSPC', errno: -28, syscall: 'watch' });
    const watch = opened.use(
      new RegistryWatch(engine.engine, () => {
        throw exhausted;
      }),
    );
    const heard = await listen(watch);

    await engine.up();
    await eventually(() => heard.states.includes('running'), 'the new service');
    await engine.stop();
    await engine.remove();

    await eventually(() => heard.all.includes('shop-web-1 none'), 'its removal');
  });

  it('welcomes who comes while it looks only once it has looked at what is theirs', async () => {
    const web = await engine.up();
    await engine.up({}, 'shop-api-1');
    const [looking, goOn] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const watch = opened.use(
      new RegistryWatch(
        withLooks(async () => {
          looking.resolve(undefined);
          await goOn.promise;
        }),
      ),
    );
    add(watch, (name) => name === 'shop-api-1');
    await looking.promise;
    const ours = add(watch, (name) => name === 'shop-web-1');
    goOn.resolve(undefined);

    await eventually(() => ours.gaps.length > 0, 'the welcome');
    kill(pidOf(web));

    await eventually(() => ours.states.includes('failed'), 'the end of the service');
  });

  it('has looked at everything once more before it says that it can look again', async () => {
    const web = await engine.up();
    let isBroken = false;
    const broken = (): Promise<void> =>
      isBroken ? Promise.reject(Object.assign(new Error('too many files'), { code: 'EMFILE' })) : Promise.resolve();
    const watch = opened.use(new RegistryWatch(withLooks(broken)));
    const heard = await listen(watch);

    isBroken = true;
    kill(pidOf(web));
    await eventually(() => heard.gaps.includes('the registry cannot be read'), 'the failed look');
    await engine.reach('failed');
    isBroken = false;
    await eventually(() => heard.gaps.filter((gap) => gap.includes('from now on')).length === 2, 'the second look');
    await engine.up({}, 'shop-api-1');
    await eventually(() => heard.all.includes('shop-api-1 running'), 'another service');

    expect(heard.all).not.toContain('shop-web-1 failed');
  });

  it('looks at what it knows, too, for who comes: a pause is told by nobody', async () => {
    const web = await engine.up();
    // As where looks are dear: nothing is looked at in turns for a while.
    const watch = opened.use(new RegistryWatch(withLooks(() => Promise.resolve(), false)));
    const heard = await listen(watch);
    kill(pidOf(web), 'SIGSTOP');
    await eventually(() => / T /.test(readProc(pidOf(web), 'stat')), 'the pause');

    const later = await listen(watch);

    expect(heard.states).toEqual(['paused']);
    expect(later.states).toEqual([]);
  });

  it('tells at once what comes to a listener by a change of its owner in place', async () => {
    await engine.up();
    const api = await engine.up({}, 'shop-api-1');
    const own = (name: string, owner: string): Promise<void> => {
      const entry = readRegistered(engine.root, 'service', name)?.entry;
      if (entry === null || entry === undefined) throw new Error(`${name} has no entry`);
      return writeEntry(engine.root, 'service', name, { ...entry, ownership: { ...entry.ownership, owner } });
    };
    await own('shop-api-1', 'owner-2');
    const watch = opened.use(new RegistryWatch(withLooks(() => Promise.resolve(), false)));
    const heard = await listen(watch, (_, owner) => owner === 'owner-2');

    await own('shop-web-1', 'owner-2');
    kill(pidOf(api));

    await eventually(() => heard.all.includes('shop-api-1 failed'), 'the other service');
    expect(heard.all).toContain('shop-web-1 running');
  });

  it('goes on where one folder cannot be looked into, and where one says nothing of itself until later', async () => {
    const web = await engine.up();
    mkdirSync(engine.folder('shop-late-1'));
    symlinkSync(engine.folder('shop-loop-1'), engine.folder('shop-loop-1'));
    const watch = opened.use(new RegistryWatch(engine.engine));
    const heard = await listen(watch);

    copyFileSync(join(engine.folder(), 'entry.json'), join(engine.folder('shop-late-1'), 'entry.json'));
    await eventually(() => heard.all.includes('shop-late-1 created'), 'the entry');
    kill(pidOf(web));

    await eventually(() => heard.all.includes('shop-web-1 failed'), 'the end of the service');
    expect(heard.gaps).not.toContain('the registry cannot be read');
  });

  it('looks at one of hundreds when it changes', async () => {
    for (let number = 0; number < 450; number += 1) volume(`shop_${number}`);
    const watch = opened.use(new RegistryWatch(engine.engine));
    const heard = await listen(watch);

    volume('shop_new');
    rmSync(join(engine.root, 'volumes', 'shop_333'), { recursive: true });

    await eventually(() => heard.all.includes('shop_new none') && heard.all.includes('shop_333 none'), 'both');
    expect(heard.states).toHaveLength(2);
  });
});

/** A volume, made without a step. */
function volume(name: string): void {
  const ownership = { owner: 'owner-1', project: 'shop', environment: 'local', address: 'volume.data' };
  const folder = join(engine.root, 'volumes', name);
  const staged = join(engine.scratch, name);
  mkdirSync(join(staged, 'data'), { recursive: true });
  writeFileSync(join(staged, 'entry.json'), JSON.stringify({ id: name, created_at: '', ownership, config: {} }));
  mkdirSync(join(engine.root, 'volumes'), { recursive: true });
  renameSync(staged, folder);
}

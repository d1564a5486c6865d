import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegistryWatch } from '../../../src/drivers/process/registry-watch.ts';
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
}

/** Resolves once it has heard that nothing is missed from then on. */
async function listen(watch: RegistryWatch, concerns: (name: string) => boolean = () => true): Promise<Heard> {
  const heard: Heard = { gaps: [], states: [] };
  watch.add({
    concerns: ({ name }) => concerns(name),
    changed: (_before: Trace | null, after: Trace | null) => heard.states.push(after?.state ?? null),
    gap: (reason) => heard.gaps.push(reason),
  });
  await eventually(() => heard.gaps.some((gap) => gap.includes('from now on')), 'the first gap');
  return heard;
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
    expect([heard.gaps, later.gaps]).toEqual([[said], [said]]);
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
    expect(others.gaps).toEqual(['looking from now on']);
    expect(watch.isIdle).toBe(false);
  });
});

/** Hearing of things: what services wrote, and what happened to them. */
import { expect } from 'vitest';
import type { EngineEvent } from '../../../../src/drivers/engine-event.ts';
import type { LogOptions } from '../../../../src/drivers/log-line.ts';
import type { DesiredResource } from '../../../../src/model/desired.ts';
import { NEVER, type Obligation, referenceTo, type Stage } from '../stage.ts';

export const HEARING: readonly Obligation[] = [
  {
    name: 'logs are the lines that were written, in their order',
    needs: ['logs'],
    async check(stage) {
      const service = stage.harness.service('web', 'writes');
      await stage.apply([service]);

      const lines = await stage.eventually(async () => {
        const found = await linesOf(stage, service);
        return found.length >= 3 ? found : null;
      }, 'three lines');

      expect(lines).toEqual(['line 1', 'line 2', 'line 3']);
      expect(await linesOf(stage, service, { tail: 2 })).toEqual(['line 2', 'line 3']);
      expect(await linesOf(stage, service, { tail: 0 })).toEqual([]);
    },
  },
  {
    name: 'followed logs go on with what is written next, and end when the signal aborts',
    needs: ['logs'],
    async check(stage) {
      const { world } = stage.harness;
      const service = stage.harness.service('web', 'writes');
      await stage.apply([service]);
      const ended = new AbortController();
      const heard: string[] = [];
      const following = follow(stage, service, ended.signal, heard);

      await stage.eventually(() => heard.length >= 3, 'the first lines');
      await world.write(service.name, 'one more');
      await stage.eventually(() => heard.includes('one more'), 'the line written later');
      ended.abort();
      await following;

      expect(heard).toEqual(['line 1', 'line 2', 'line 3', 'one more']);
    },
  },
  {
    name: 'followed logs end when the service is removed',
    needs: ['logs'],
    async check(stage) {
      const service = stage.harness.service('web', 'writes');
      await stage.apply([service]);
      const heard: string[] = [];
      const following = follow(stage, service, NEVER, heard);
      await stage.eventually(() => heard.length >= 3, 'the first lines');

      await stage.apply([]);

      await following;
      expect(heard.slice(0, 3)).toEqual(['line 1', 'line 2', 'line 3']);
    },
  },
  {
    name: 'what the world does to a service is announced',
    needs: ['events'],
    shares: 'ours',
    async check(stage) {
      const service = stage.harness.service('web', 'runs');
      await stage.apply([service]);
      const ended = new AbortController();
      const heard: EngineEvent[] = [];
      const listening = listen(stage, service, ended.signal, heard);
      const isTold = (event: EngineEvent): boolean => event.type === 'gap' || event.object.name === service.name;

      // Once it listens, nothing is missed; that it does shows in the first event.
      await stage.eventually(async () => {
        await stage.apply([service], { restart: new Set([service.address]) });
        return heard.some(isTold);
      }, 'a restart to be announced');
      heard.length = 0;
      await stage.harness.world.kill(service.name);
      await stage.eventually(() => heard.some(isTold), 'the kill to be announced');
      ended.abort();
      await listening;
    },
  },
  {
    name: 'events end when the signal aborts, also when nothing happens',
    needs: ['events'],
    async check(stage) {
      const ended = new AbortController();
      const heard: EngineEvent[] = [];
      const listening = listen(stage, stage.harness.service('web', 'runs'), ended.signal, heard);

      setImmediate(() => ended.abort());

      await listening;
      expect(heard.filter((event) => event.type === 'changed')).toEqual([]);
    },
  },
];

async function linesOf(stage: Stage, service: DesiredResource, options: LogOptions = {}): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { line } of stage.observer.logs(referenceTo(service), options, NEVER)) lines.push(line);
  return lines;
}

async function follow(stage: Stage, service: DesiredResource, signal: AbortSignal, heard: string[]): Promise<void> {
  const lines = stage.observer.logs(referenceTo(service), { follow: true }, signal);
  try {
    for await (const { line } of lines) heard.push(line);
  } catch (error) {
    // A stream may end with the reason of the abort as well as without a word.
    if (!signal.aborted) throw error;
  }
}

async function listen(
  stage: Stage,
  service: DesiredResource,
  signal: AbortSignal,
  heard: EngineEvent[],
): Promise<void> {
  for await (const event of stage.observer.events(stage.scope([service]), signal)) heard.push(event);
}

import { expect, it } from 'vitest';
import type { Good } from '../../../src/serve/loop/declared-now.ts';
import { systemClock } from '../../../src/serve/clock.ts';
import { FreezesTold } from '../../../src/serve/standing/freezes-told.ts';
import type { LoopContext } from '../../../src/serve/loop/loop-context.ts';
import { LoopFreezes } from '../../../src/serve/loop/loop-freezes.ts';
import { stateFolder } from '../../../src/state/folder.ts';
import { environment } from '../../support/builders.ts';
import { service } from '../../support/planning.ts';
import { scratchFolder } from '../git/scratch-repo.ts';

it('what is read while somebody ends a freeze tells nothing that is over', async () => {
  const told: string[] = [];
  const clock = systemClock();
  const freezes = new FreezesTold({ clock, tell: ({ type }) => told.push(type), changed: () => undefined });
  const good = {
    workspace: { state: stateFolder(scratchFolder(), '.trueup') },
    environment: environment([service('web')]),
  } as Good;
  const context = { clock, freezes, info: { name: good.environment.name } } as LoopContext;
  const requests: string[] = [];
  const request = (reason: string): void => void requests.push(reason);
  const loop = new LoopFreezes({ context, good: () => Promise.resolve(good), request });
  freezes.looked([]);
  const turns = 25;

  for (let turn = 0; turn < turns; turn += 1) {
    const [since, until] = [Date.now(), Date.now() + 600_000].map((at) => new Date(at + turn).toISOString()) as [
      string,
      string,
    ];
    await loop.begin({ address: 'service.web', since, until, reason: 'why', by: 'ada@host' });
    await Promise.all([loop.moved(good), loop.end('service.web'), loop.moved(good), loop.moved(good)]);
  }

  expect(told).toEqual(Array.from({ length: turns }, () => ['frozen', 'freeze_ended']).flat());
  expect(loop.all).toEqual([]);
  freezes[Symbol.dispose]();
});

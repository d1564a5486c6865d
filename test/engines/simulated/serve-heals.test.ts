import { expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { manifest, type ServedRepo, servedRepo } from '../../support/served-repo.ts';

const FILE = 'environments/local/environment.yaml';
const WEB = 'local-web-1';
const PUT_OFF = 'a heal that was put off is due';

function stateOf({ engine }: ServedRepo, name: string): string {
  return engine.objects.all('service').find((object) => object.name === name)?.life?.state ?? 'none';
}

/** How often web was started until the first heal was put off. */
function promptStarts({ events }: ServedRepo, from: number): number {
  const since = events.slice(from);
  const until = since.findIndex((event) => event.type === 'triggered' && event.reason === PUT_OFF);
  return since.slice(0, until === -1 ? since.length : until).filter((event) => {
    return event.type === 'progress' && event.event.type === 'run_started' && event.event.steps.length > 0;
  }).length;
}

it('heals what falls again at once 20 times, then after pauses, and blames no commit that was healthy', async () => {
  await using repo = await servedRepo({ [FILE]: manifest({ web: 'one', worker: 'one' }) });
  const before = repo.events.length;

  repo.engine.world.behave(WEB, { exits: 1 });
  repo.engine.world.kill(WEB);
  await eventually(() => repo.told('triggered').some(({ reason }) => reason === PUT_OFF), 'a heal that was put off');

  expect(promptStarts(repo, before)).toBe(20);
  expect(repo.told('quarantined')).toEqual([]);
  expect(repo.environment().status()?.state).not.toBe('healthy');

  repo.engine.world.behave(WEB, {});
  await eventually(() => repo.environment().status()?.state === 'healthy', 'healthy again');
  expect(stateOf(repo, WEB)).toBe('running');
  expect(repo.told('quarantined')).toEqual([]);
});

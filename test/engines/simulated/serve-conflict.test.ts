import { expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { servedRepo } from '../../support/served-repo.ts';

const FILE = 'environments/local/environment.yaml';
const WEB = 'local-web-1';
const OTHER = 'local-other-1';
const MANIFEST = `policies: { drift: heal }
services:
  web: { process: { command: [app, web] } }
  other: { process: { command: [app, other] } }
`;

it('goes on healing beside a name that somebody else took, and says that one is in the way', async () => {
  await using repo = await servedRepo({ [FILE]: MANIFEST });
  const { world } = repo.engine;
  world.remove(WEB);
  world.addForeign({ name: WEB, running: true });
  const blocked = await repo.passed('blocked');
  const before = repo.events.length;

  world.kill(OTHER);
  await eventually(() => world.get(OTHER).life?.state === 'running', 'other runs again');
  const healed = await repo.passed('applied', before);
  const again = await repo.passed('blocked', before);

  expect(blocked.failure?.code).toBe('name_in_use');
  expect(healed.run?.steps.map(({ address }) => address)).toEqual(healed.run?.steps.map(() => 'service.other'));
  expect(again.failure?.message).toContain(WEB);
  expect(world.get(WEB)).toMatchObject({ ownership: null, life: { state: 'running', starts: 1 } });
  expect(repo.told('quarantined')).toEqual([]);
});

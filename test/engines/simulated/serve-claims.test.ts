import { expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type ServedRepo, servedRepo } from '../../support/served-repo.ts';
import { SimulatedEngine } from '../../support/simulated/engine.ts';
import { contentsFor } from '../../support/simulated/images.ts';

const FILE = 'environments/local/environment.yaml';

function manifest(mode = 'plain'): string {
  return `policies: { drift: heal }
engines: { box: { driver: process } }
services:
  web:
    engine: box
    adopted: { name: legacy }
    container: { image: app:1, command: [run] }
    environment_variables: { MODE: ${mode} }
  other: { engine: box, container: { image: app:1, command: [run] } }
`;
}

/** With a container that is as declared, and that somebody else made. */
async function served(): Promise<ServedRepo> {
  const engine = new SimulatedEngine({ clock: 'real' });
  engine.world.tag('app:1', contentsFor('app:1'));
  const repo = await servedRepo({ [FILE]: manifest() }, { engine });
  await repo.passed('applied');
  engine.world.unmark('legacy');
  return repo;
}

it('leaves alone what is claimed and was never adopted, and goes on with all else', async () => {
  await using repo = await served();
  const { world } = repo.engine;
  const { id } = world.get('legacy');

  world.kill('local-other-1');
  await repo.passed('applied', repo.events.length);
  const before = repo.events.length;
  repo.commit({ [FILE]: manifest('other') });
  const blocked = await repo.passed('blocked', before);

  expect(blocked.failure?.message).toBe(
    '"legacy" is claimed, and would be changed before anybody has adopted it: ' +
      '`trueup apply local --adopt` takes it over first',
  );
  expect(world.get('legacy')).toMatchObject({ id, ownership: null, life: { state: 'running', starts: 1 } });
});

it('never takes what somebody made under an adopted name for what was adopted, and makes it anew once that is gone', async () => {
  await using repo = await served();
  const { world } = repo.engine;

  world.remove('legacy');
  world.addForeign({ name: 'legacy', running: true });
  const blocked = await repo.passed('blocked', repo.events.length);
  const stranger = world.get('legacy');
  const before = repo.events.length;
  world.kill('local-other-1');
  const healed = await repo.passed('applied', before);

  expect(blocked.failure?.message).toContain('`trueup apply local --adopt`');
  expect(healed.run?.steps.map(({ address }) => address)).toEqual(healed.run?.steps.map(() => 'service.other'));
  expect(world.get('legacy')).toMatchObject({
    id: stranger.id,
    ownership: null,
    life: { state: 'running', starts: 1 },
  });

  world.remove('legacy');
  await eventually(() => world.has('legacy') && world.get('legacy').ownership !== null, 'it is made anew');
  await eventually(() => world.get('legacy').life?.state === 'running', 'it runs');
});

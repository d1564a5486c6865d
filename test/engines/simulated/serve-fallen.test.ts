import { expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type ServedRepo, servedRepo } from '../../support/served-repo.ts';
import { SimulatedEngine } from '../../support/simulated/engine.ts';

const FILE = 'environments/local/environment.yaml';
const WEB = 'local-web-1';
/** Stands beside what it replaces until its gate is open. */
const NEXT = 'local-web-1.next';
const OTHER = 'local-other-1';
const NEVER = { failing_probes: 1_000_000 };

function environment(web: string, retries = 1000): string {
  return `policies: { drift: heal, on_failure: rollback }
services:
  web:
    process: { command: [app, ${web}] }
    health_check: { test: [CMD, probe], interval: 20ms, retries: ${retries} }
  other: { process: { command: [app, other] } }
`;
}

function isUp({ engine }: ServedRepo, name: string): boolean {
  return engine.objects.all('service').some((object) => object.name === name && object.life?.state === 'running');
}

function probesOfWeb({ events }: ServedRepo): number {
  return events.filter((event) => event.type === 'progress' && event.event.type === 'probe').length;
}

/** Whether a run since then waits at the gate of web: the daemon probes what runs by itself, too. */
function isAtGate({ events }: ServedRepo, since: number): boolean {
  return events
    .slice(since)
    .some(
      (event) =>
        event.type === 'progress' &&
        event.event.type === 'step_started' &&
        event.event.step.id === 'service.web:service_healthy',
    );
}

/** Resolves once its own gate has found it up again: what falls before that fails what heals it. */
async function killed(repo: ServedRepo, name: string): Promise<void> {
  const before = repo.events.length;
  repo.engine.world.kill(name);
  const hasPassed = (): boolean =>
    repo.events.slice(before).some((event) => {
      if (event.type !== 'progress' || event.event.type !== 'step_ended') return false;
      const { step, result } = event.event;
      return step.name === name && step.phase === 'gate' && result.status === 'done';
    });
  await eventually(() => hasPassed() && isUp(repo, name), `${name} runs again`);
}

it('heals what falls while the gate of a commit waits, and does not blame the commit for it', async () => {
  await using repo = await servedRepo({ [FILE]: environment('one') });
  repo.engine.world.behave(NEXT, NEVER);
  const before = repo.events.length;
  repo.commit({ [FILE]: environment('two') });
  await eventually(() => isUp(repo, NEXT) && isAtGate(repo, before), 'the gate of web');

  await killed(repo, OTHER);
  await killed(repo, OTHER);
  expect(repo.events.slice(before).some((event) => event.type === 'pass_ended' && event.outcome === 'failed')).toBe(
    false,
  );
  repo.engine.world.behave(NEXT, {});
  const applied = await repo.passed('applied', before);

  expect(applied.run?.status).toBe('succeeded');
  expect(repo.told('quarantined')).toEqual([]);
  await eventually(() => repo.environment().status()?.last_healthy?.commit === repo.git('rev-parse', 'HEAD'));
});

it('heals what falls while it waits for what was left at a gate', async () => {
  const engine = new SimulatedEngine({ clock: 'real' });
  engine.world.behave(WEB, NEVER);
  await using repo = await servedRepo({ [FILE]: environment('one') }, { engine, settles: false });
  await eventually(() => isUp(repo, OTHER) && probesOfWeb(repo) > 3, 'the gate of web');
  await repo.restart();
  const probes = probesOfWeb(repo);
  await eventually(() => probesOfWeb(repo) > probes + 3, 'the gate of web, again');

  for (let time = 0; time < 3; time += 1) await killed(repo, OTHER);

  expect(repo.told('pass_ended').filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(repo.told('quarantined')).toEqual([]);
});

it('does not wait for what became unhealthy by itself, where it heals another', async () => {
  await using repo = await servedRepo({ [FILE]: environment('one', 5) });
  repo.engine.world.behave(WEB, NEVER);
  await eventually(
    () =>
      repo
        .environment()
        .status()
        ?.resources.find(({ address }) => address === 'service.web')?.health === 'unhealthy',
    'that web is unhealthy',
  );
  const before = repo.events.length;

  await killed(repo, OTHER);
  const healed = await repo.passed('applied', before);

  expect(healed.run?.gates.map(({ address }) => address)).toEqual(['service.other']);
  expect(repo.environment().status()?.state).toBe('degraded');
});

it('tells who waits for the pass of a person what that came to, whatever was healed in between', async () => {
  await using repo = await servedRepo({ [FILE]: environment('one') });
  repo.engine.world.behave(WEB, NEVER);
  repo.engine.world.kill(WEB);
  const asked = repo
    .environment()
    .reconcile({ kind: 'request', reason: 'kim', addresses: null, isWord: true }, new AbortController().signal);
  const before = probesOfWeb(repo);
  await eventually(() => probesOfWeb(repo) > before + 3, 'the gate of web');

  await killed(repo, OTHER);
  repo.engine.world.behave(WEB, {});

  expect((await asked).outcome).not.toBe('cancelled');
});

/** An engine that ends in the middle of a run takes what runs on it along: no revision is blamed for that. */
import { expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type ServedRepo, servedRepo } from '../../support/served-repo.ts';

const FILE = 'environments/local/environment.yaml';
const WEB = 'local-web-1';

function manifest(words: string): string {
  return `services:
  web:
    process: { command: [app, ${words}] }
    health_check: { test: [CMD, probe], interval: 20ms, retries: 1000 }
`;
}

function waitsAtGate({ events }: ServedRepo, from: number): boolean {
  const told = events.slice(from).flatMap((event) => (event.type === 'progress' ? [event.event] : []));
  const gate = told.findIndex((event) => event.type === 'step_started' && event.step.phase === 'gate');
  return gate >= 0 && told.slice(gate).filter(({ type }) => type === 'probe').length > 1;
}

it('says that the engine was away, and tries the same commit again', async () => {
  await using repo = await servedRepo({ [FILE]: manifest('one') });
  const before = repo.events.length;
  repo.engine.world.behave(WEB, { failing_probes: 1_000_000 });

  const commit = repo.commit({ [FILE]: manifest('two') });
  await eventually(() => waitsAtGate(repo, before), 'the gate to be waited at');
  repo.engine.world.goDown('connection refused');
  repo.engine.world.kill(WEB);
  repo.engine.world.behave(WEB, {});
  repo.engine.world.comeUp();

  const failed = await repo.passed('failed', before);
  expect(failed).toMatchObject({ revision: { commit }, failure: { code: 'engine_unreachable', retryable: true } });
  const applied = await repo.passed('applied', before);
  expect(applied.revision.commit).toBe(commit);
  expect(repo.told('quarantined')).toEqual([]);
});

it('blames a commit for what exits by itself', async () => {
  await using repo = await servedRepo({ [FILE]: manifest('one') });
  const before = repo.events.length;
  repo.engine.world.behave(WEB, { failing_probes: 1_000_000 });

  repo.commit({ [FILE]: manifest('two') });
  await eventually(() => waitsAtGate(repo, before), 'the gate to be waited at');
  repo.engine.world.kill(WEB);

  await eventually(() => repo.told('quarantined').length > 0, 'the quarantine');
});

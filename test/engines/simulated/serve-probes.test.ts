import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type ServedRepo, servedRepo } from '../../support/served-repo.ts';
import type { SimulatedEngine } from '../../support/simulated/engine.ts';

const FILE = 'environments/local/environment.yaml';

function manifest(words = 'one'): Readonly<Record<string, string>> {
  return {
    [FILE]: `
policies: { drift: heal }
services:
  web:
    process: { command: [app, ${words}] }
    health_check: { test: [CMD, check], interval: 1s, timeout: 1s, retries: 2 }
  worker: { process: { command: [app, one] } }
`,
  };
}

const ILL = { failing_probes: Number.POSITIVE_INFINITY };
const WELL = { failing_probes: 0 };

function probesOf(engine: SimulatedEngine): number {
  return engine.log.entries.filter(({ kind }) => kind === 'probe').length;
}

async function becomes(repo: ServedRepo, health: string): Promise<void> {
  const found = (): string | undefined =>
    repo
      .environment()
      .status()
      ?.resources.find(({ address }) => address === 'service.web')?.health;
  await eventually(
    () => found() === health,
    () => `service.web to be ${health}; it is ${found() ?? 'not there'}`,
  );
}

describe('the probes of a served environment', () => {
  it('find what becomes unhealthy between passes, and well again, and cause no pass', async () => {
    await using repo = await servedRepo(manifest());
    await becomes(repo, 'healthy');
    const passes = repo.told('pass_ended').length;

    repo.engine.world.behave('local-web-1', ILL);
    await becomes(repo, 'unhealthy');
    await eventually(() => repo.environment().status()?.state === 'degraded', 'the environment to be degraded');

    repo.engine.world.behave('local-web-1', WELL);
    await becomes(repo, 'healthy');
    await eventually(() => repo.environment().status()?.state === 'healthy', 'the environment to be healthy');

    expect(repo.told('state_changed').map(({ to }) => to)).toEqual(['provisioning', 'healthy', 'degraded', 'healthy']);
    expect(repo.told('pass_ended')).toHaveLength(passes);
    expect(repo.problems).toEqual([]);
  });

  it('go on where a service is frozen', async () => {
    await using repo = await servedRepo(manifest());
    const at = Date.now();
    await repo.environment().freeze({
      address: 'service.web',
      since: new Date(at).toISOString(),
      until: new Date(at + 600_000).toISOString(),
      reason: 'debugging',
      by: 'me@here',
    });
    await eventually(() => repo.told('frozen').length === 1);

    repo.engine.world.behave('local-web-1', ILL);

    await becomes(repo, 'unhealthy');
  });

  it('take the word of the gate of what a commit starts anew, and begin behind it', async () => {
    await using repo = await servedRepo(manifest());
    repo.engine.world.behave('local-web-1', ILL);
    await becomes(repo, 'unhealthy');

    const before = repo.events.length;
    repo.engine.world.behave('local-web-1', WELL);
    repo.commit(manifest('two'));
    await repo.passed('applied', before);

    await becomes(repo, 'healthy');
    await eventually(() => repo.environment().status()?.state === 'healthy', 'the environment to be healthy');
  });

  it('end with the daemon', async () => {
    const repo = await servedRepo(manifest());
    await becomes(repo, 'healthy');
    await repo[Symbol.asyncDispose]();
    const probes = probesOf(repo.engine);

    await severalIntervals();

    expect(probesOf(repo.engine)).toBe(probes);
  });

  it('are left out of a dry run, which only shows', async () => {
    await using repo = await servedRepo(manifest());
    await repo.daemon[Symbol.asyncDispose]();
    const probes = probesOf(repo.engine);
    await using shown = await servedRepo(manifest(), { engine: repo.engine, settings: { isDryRun: true } });

    await severalIntervals();

    expect(probesOf(shown.engine)).toBe(probes);
  });
});

/** What is not to happen can only be waited for: as long as several probes would take. */
function severalIntervals(): Promise<void> {
  return setTimeout(1500);
}

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { manifest, type ServedRepo, servedRepo } from '../../support/served-repo.ts';
import type { SimulatedEngine } from '../../support/simulated/engine.ts';

const FILE = 'environments/local/environment.yaml';
const TWO = { [FILE]: manifest({ web: 'one', worker: 'one' }) };

function runStates(engine: SimulatedEngine): Readonly<Record<string, string>> {
  return Object.fromEntries(engine.objects.all('service').map(({ name, life }) => [name, life?.state ?? 'none']));
}

function steps(engine: SimulatedEngine): readonly string[] {
  return engine.log.entries.filter(({ kind }) => kind === 'step').map(({ step }) => step);
}

/** Addresses of which drift was told. */
function driftOf({ events }: ServedRepo): readonly string[] {
  return events.flatMap((event) => (event.type === 'drift_found' ? event.addresses : []));
}

/** At a bad revision, from its commit on: two at once, and then after pauses of 1 s, 2 s, 4 s …, or a quarter less. */
function mostAttemptsIn(milliseconds: number): number {
  let attempts = 2;
  for (let pause = 750, due = pause; due <= milliseconds; pause *= 2, due += pause) attempts += 1;
  return attempts;
}

describe('a served environment', () => {
  it('is brought to what the commit declares, and to what the next one declares', async () => {
    await using repo = await servedRepo(TWO);

    expect(runStates(repo.engine)).toEqual({ 'local-web-1': 'running', 'local-worker-1': 'running' });

    const before = repo.events.length;
    const commit = repo.commit({ [FILE]: manifest({ web: 'two', worker: 'one' }) });
    const pass = await repo.passed('applied', before);

    expect(pass.revision).toEqual({ commit, dirty: false });
    expect(repo.environment().status()).toMatchObject({ state: 'healthy', last_healthy: { commit } });
  });

  it('is left alone by a commit that changes nothing it reads', async () => {
    await using repo = await servedRepo({ ...TWO, 'environments/other/environment.yaml': manifest({ a: 'one' }) });
    const before = repo.events.length;

    repo.commit({ 'environments/other/environment.yaml': manifest({ a: 'two' }), 'README.md': 'words' });
    await repo.passed('applied', before);

    const passes = repo.told('pass_ended').filter(({ environment }) => environment === 'repo/local');
    expect(passes).toHaveLength(1);
  });

  it('is healed where the world changed it and the policy says so, by a targeted look', async () => {
    await using repo = await servedRepo(TWO);
    const before = repo.events.length;
    const stepsBefore = steps(repo.engine).length;

    repo.engine.world.kill('local-web-1');
    await repo.passed('applied', before);

    expect(runStates(repo.engine)).toEqual({ 'local-web-1': 'running', 'local-worker-1': 'running' });
    expect(
      steps(repo.engine)
        .slice(stepsBefore)
        .every((step) => step.startsWith('service.web:')),
    ).toBe(true);
    expect(driftOf(repo)).toEqual(['service.web']);
    expect(repo.told('drift_over')).toHaveLength(1);
  });

  it.each(['report', 'ignore'])('is left as it is where the policy is to %s drift', async (policy) => {
    await using repo = await servedRepo({ [FILE]: manifest({ web: 'one', worker: 'one' }, `drift: ${policy}`) });
    const stepsBefore = steps(repo.engine).length;

    repo.engine.world.kill('local-web-1');
    await eventually(() => repo.told('resource_changed').some(({ run_state: state }) => state === 'failed'));
    if (policy === 'report') await eventually(() => repo.told('drift_found').length > 0);

    expect(steps(repo.engine)).toHaveLength(stepsBefore);
    expect(repo.told('drift_found')).toHaveLength(policy === 'report' ? 1 : 0);
    expect(runStates(repo.engine)['local-web-1']).not.toBe('running');
  });

  it('carries out what a commit changes where drift is only reported, and is not judged by the drift', async () => {
    await using repo = await servedRepo({ [FILE]: manifest({ web: 'one', worker: 'one' }, 'drift: report') });
    repo.engine.world.kill('local-web-1');
    await eventually(() => repo.told('drift_found').length === 1);
    const before = repo.events.length;

    const commit = repo.commit({ [FILE]: manifest({ web: 'one', worker: 'two' }, 'drift: report') });
    await repo.passed('applied', before);

    expect(runStates(repo.engine)['local-web-1']).not.toBe('running');
    expect(repo.environment().status()).toMatchObject({ quarantine: null, last_applied: { commit } });
  });

  it('causes no further pass by its own runs', async () => {
    await using repo = await servedRepo(TWO);
    const before = repo.events.length;
    repo.commit({ [FILE]: manifest({ web: 'two', worker: 'two' }) });
    await repo.passed('applied', before);

    // Whatever its own events would have caused comes before what this one causes.
    repo.engine.world.kill('local-web-1');
    await repo.passed('applied', repo.events.findLastIndex(({ type }) => type === 'pass_ended') + 1);

    const triggers = repo.events.slice(before).flatMap((event) => (event.type === 'triggered' ? [event.kind] : []));
    expect(triggers).toEqual(['git', 'event']);
  });

  it('survives a storm of events with a few looks', async () => {
    await using repo = await servedRepo(TWO);
    const before = repo.events.length;

    const web = repo.engine.objects.all('service').find(({ name }) => name === 'local-web-1');
    for (let count = 0; count < 10_000; count += 1) {
      if (web !== undefined) repo.engine.events.changed(web, 'update');
    }
    repo.engine.world.kill('local-web-1');
    await repo.passed('applied', before);

    expect(repo.told('pass_ended').length).toBeLessThan(10);
    expect(runStates(repo.engine)['local-web-1']).toBe('running');
  });

  it('keeps what was valid last while manifests have mistakes, and goes on healing it', async () => {
    await using repo = await servedRepo(TWO);
    let before = repo.events.length;

    repo.commit({ [FILE]: `<<<<<<< HEAD\n${manifest({ web: 'two' })}=======\n>>>>>>> other\n` });
    const pass = await repo.passed('invalid', before);
    expect(pass.diagnostics[0]?.source?.file).toBe(FILE);
    before = repo.events.length;
    repo.engine.world.kill('local-web-1');
    await eventually(() => runStates(repo.engine)['local-web-1'] === 'running');
    repo.commit({ [FILE]: manifest({ web: 'three', worker: 'one' }) });
    await repo.passed('applied', before);

    expect(runStates(repo.engine)).toEqual({ 'local-web-1': 'running', 'local-worker-1': 'running' });
  });

  it('goes on healing what was applied last when it begins with invalid manifests', async () => {
    await using repo = await servedRepo(TWO);
    await repo.daemon[Symbol.asyncDispose]();
    repo.commit({ [FILE]: 'services: {' });
    repo.engine.world.kill('local-web-1');
    const before = repo.events.length;

    await repo.restart();
    await repo.passed('invalid', before);

    expect(runStates(repo.engine)['local-web-1']).toBe('running');
  });

  it('is orphaned, and nothing of it removed, by a commit that deletes everything; and comes back with it', async () => {
    await using repo = await servedRepo(TWO);
    const before = repo.events.length;

    repo.git('rm', '-rq', 'environments');
    repo.commit({});
    await repo.passed('blocked', before);
    expect(runStates(repo.engine)).toEqual({ 'local-web-1': 'running', 'local-worker-1': 'running' });
    const stalled = repo
      .environment()
      .status()
      ?.conditions.find(({ type }) => type === 'Stalled');
    expect(stalled).toMatchObject({ status: 'True', reason: 'Orphaned' });

    repo.git('revert', '--no-edit', 'HEAD');
    const isStalled = (): string | undefined =>
      repo
        .environment()
        .status()
        ?.conditions.find(({ type }) => type === 'Stalled')?.status;
    // What is blocked is tried again, also before the commit is read.
    await eventually(() => isStalled() === 'False', 'an end of that');
  });

  it('holds what was declared last while its branch is gone', async () => {
    await using repo = await servedRepo(TWO, { pollMs: 100 });
    const branch = repo.git('rev-parse', 'HEAD');

    repo.git('update-ref', '-d', 'refs/heads/main');
    await eventually(() => repo.told('source_lost').length === 1);
    repo.engine.world.kill('local-web-1');
    await eventually(() => runStates(repo.engine)['local-web-1'] === 'running');
    repo.git('update-ref', 'refs/heads/main', branch);
    await eventually(() => repo.told('source_back').length === 1);

    expect(runStates(repo.engine)).toEqual({ 'local-web-1': 'running', 'local-worker-1': 'running' });
  });

  it('follows a rewritten history, and another branch', async () => {
    await using repo = await servedRepo(TWO);
    let before = repo.events.length;
    repo.commit({ [FILE]: manifest({ web: 'two', worker: 'one' }) });
    await repo.passed('applied', before);

    before = repo.events.length;
    repo.git('reset', '--hard', '--quiet', 'HEAD~1');
    const back = await repo.passed('applied', before);
    expect(back.revision.commit).toBe(repo.git('rev-parse', 'HEAD'));

    repo.git('checkout', '--quiet', '-b', 'feature/nested/name');
    const commit = repo.commit({ [FILE]: manifest({ web: 'three', worker: 'one' }) });
    await eventually(() => repo.environment().status()?.last_applied?.commit === commit, 'the commit of the branch');
  });

  it('reads commits and not the working tree', async () => {
    await using repo = await servedRepo(TWO);
    const before = repo.events.length;

    writeFileSync(join(repo.folder, FILE), 'half writ');
    repo.engine.world.kill('local-web-1');
    await repo.passed('applied', before);
    rmSync(join(repo.folder, 'environments'), { recursive: true });
    await repo
      .environment()
      .reconcile({ kind: 'request', reason: 'asked', addresses: null, isWord: true }, new AbortController().signal);

    expect(runStates(repo.engine)).toEqual({ 'local-web-1': 'running', 'local-worker-1': 'running' });
    expect(repo.told('pass_ended').map(({ outcome }) => outcome)).not.toContain('invalid');
  });

  it('takes many commits at once as one', async () => {
    await using repo = await servedRepo(TWO);
    const before = repo.events.length;

    for (let count = 0; count < 50; count += 1) repo.git('commit', '--quiet', '--allow-empty', '--message', 'none');
    const commit = repo.commit({ [FILE]: manifest({ web: 'last', worker: 'one' }) });
    await eventually(() => repo.environment().status()?.last_applied?.commit === commit);

    expect(repo.events.slice(before).filter(({ type }) => type === 'pass_ended').length).toBeLessThan(10);
  });

  it('lets a newer commit cancel a gate that waits', async () => {
    const gated = (words: string): string =>
      `services:\n  web:\n    process: { command: [app, ${words}] }\n    health_check: { test: [CMD, probe], interval: 50ms, retries: 10000 }\n`;
    await using repo = await servedRepo(TWO);
    const before = repo.events.length;
    repo.commit({ [FILE]: gated('never_healthy') });
    await eventually(() => repo.told('progress').some(({ event }) => event.type === 'probe'));

    const commit = repo.commit({ [FILE]: gated('good') });
    await repo.passed('cancelled', before);
    await eventually(() => repo.environment().status()?.last_healthy?.commit === commit);

    expect(repo.environment().status()?.quarantine).toBeNull();
  });

  it('leaves a gate to the next start, and is not quarantined for it', async () => {
    const slow = `services:\n  web:\n    process: { command: [app, healthy_after=8] }\n    health_check: { test: [CMD, probe], interval: 200ms, retries: 100 }\n`;
    await using repo = await servedRepo({ [FILE]: slow }, { settles: false });
    await eventually(() => repo.told('progress').some(({ event }) => event.type === 'probe'));

    await repo.restart();
    await eventually(() => repo.environment().status()?.last_healthy?.commit === repo.git('rev-parse', 'HEAD'));

    expect(repo.environment().status()).toMatchObject({ quarantine: null, state: 'healthy' });
  });

  it('is planned, and nothing else, in a dry run', async () => {
    await using repo = await servedRepo(TWO, { settings: { isDryRun: true } });

    expect(repo.told('pass_ended').map(({ outcome }) => outcome)).toEqual(['reported']);
    expect(steps(repo.engine)).toEqual([]);
  });

  it('tells of an engine that does not answer, waits for it, and goes on', async () => {
    await using repo = await servedRepo(TWO);

    repo.engine.world.goDown('the engine is down');
    await eventually(() => repo.told('engine_lost').length === 1);
    repo.engine.world.comeUp();
    await eventually(() => repo.told('engine_back').length === 1);
    const before = repo.events.length;
    repo.engine.world.kill('local-web-1');
    await repo.passed('applied', before);

    expect(runStates(repo.engine)['local-web-1']).toBe('running');
  });

  it.each(['rollback', 'stop'])(
    'holds what was healthy last after a bad commit (on_failure: %s)',
    async (onFailure) => {
      const checked = (words: string, other: string): string =>
        `policies: { drift: heal, on_failure: ${onFailure} }\nservices:\n  web:\n    process: { command: [app, ${words}] }\n    health_check: { test: [CMD, probe], interval: 20ms, retries: 1 }\n  worker: { process: { command: [app, ${other}] } }\n`;
      await using repo = await servedRepo({ [FILE]: checked('good', 'one') });
      const good = repo.git('rev-parse', 'HEAD');
      const before = repo.events.length;

      const committed = performance.now();
      const bad = repo.commit({ [FILE]: checked('never_healthy', 'two') });
      await repo.passed('held', before);

      const commandOf = (name: string): unknown =>
        repo.engine.objects.all('service').find((object) => object.name === name)?.config;
      expect(commandOf('local-web-1')).toMatchObject({ process: { command: ['app', 'good'] } });
      expect(commandOf('local-worker-1')).toMatchObject({ process: { command: ['app', 'one'] } });
      const status = repo.environment().status();
      expect(status).toMatchObject({ quarantine: { revision: { commit: bad }, attempts: 2 } });
      expect(status?.last_healthy?.commit).toBe(good);
      expect(status?.conditions.find(({ type }) => type === 'Ready')).toMatchObject({
        status: 'False',
        reason: 'Held',
      });

      // What is held is healed, and the bad revision is not tried for it.
      repo.engine.world.kill('local-worker-1');
      await eventually(() => runStates(repo.engine)['local-worker-1'] === 'running');
      const attempts = repo.environment().status()?.quarantine?.attempts;
      expect(attempts).toBeLessThanOrEqual(mostAttemptsIn(performance.now() - committed));

      const fix = repo.commit({ [FILE]: checked('better', 'three') });
      await eventually(() => repo.environment().status()?.last_healthy?.commit === fix);
      expect(repo.environment().status()?.quarantine).toBeNull();
      expect(repo.told('quarantined').length).toBeGreaterThanOrEqual(2);
      await eventually(() => repo.told('quarantine_lifted').length === 1);
    },
  );

  it('goes on holding after a restart, and tries again on a word', async () => {
    const checked = (words: string): string =>
      `services:\n  web:\n    process: { command: [app, ${words}] }\n    health_check: { test: [CMD, probe], interval: 20ms, retries: 1 }\n`;
    await using repo = await servedRepo({ [FILE]: checked('good') });
    let before = repo.events.length;
    repo.commit({ [FILE]: checked('never_healthy') });
    await repo.passed('held', before);
    const attempts = repo.environment().status()?.quarantine?.attempts ?? 0;

    before = repo.events.length;
    await repo.restart();
    await repo.passed('held', before);
    const word = { kind: 'request', reason: 'asked', addresses: null, isWord: true } as const;
    const pass = await repo.environment().reconcile(word, new AbortController().signal);

    expect(pass.outcome).toBe('failed');
    expect(repo.environment().status()?.quarantine?.attempts).toBeGreaterThan(attempts);
  });

  it('leaves alone what is frozen until that ends', async () => {
    await using repo = await servedRepo(TWO);
    const freeze = {
      address: 'service.web',
      since: new Date().toISOString(),
      until: new Date(Date.now() + 600_000).toISOString(),
      reason: 'looking into it',
      by: 'kim@host',
    } as const;
    await repo.environment().freeze(freeze);
    await eventually(() => repo.told('frozen').length === 1);

    repo.engine.world.kill('local-web-1');
    repo.engine.world.kill('local-worker-1');
    await eventually(() => driftOf(repo).includes('service.worker'));
    await eventually(() => runStates(repo.engine)['local-worker-1'] === 'running');
    expect(runStates(repo.engine)['local-web-1']).not.toBe('running');
    expect(repo.environment().freezes()).toEqual([freeze]);

    expect(await repo.environment().endFreeze('service.web')).toBe(true);
    await eventually(() => runStates(repo.engine)['local-web-1'] === 'running');
    expect(repo.told('freeze_ended')).toHaveLength(1);
    await expect(repo.environment().freeze({ ...freeze, address: 'service.wbe' })).rejects.toMatchObject({
      code: 'address_not_found',
    });
  });

  it('begins no pass while it is paused, and keeps what came', async () => {
    await using repo = await servedRepo(TWO);
    repo.environment().pause();
    const before = repo.events.length;

    const commit = repo.commit({ [FILE]: manifest({ web: 'two', worker: 'one' }) });
    await eventually(() => repo.events.slice(before).some(({ type }) => type === 'triggered'));
    expect(repo.events.slice(before).some(({ type }) => type === 'pass_started')).toBe(false);
    repo.environment().resume();

    expect((await repo.passed('applied', before)).revision.commit).toBe(commit);
  });

  it('puts heals off once there were many, service by service', async () => {
    await using repo = await servedRepo(TWO);
    // The first pause is a second, which a slow machine may take for the heal itself: the third is four.
    for (let count = 1; count <= 22; count += 1) {
      await eventually(() => repo.environment().status()?.state === 'healthy');
      repo.engine.world.kill('local-web-1');
      await eventually(() => repo.told('drift_over').length === count, `end of heal ${count}`);
    }
    const before = repo.events.length;

    repo.engine.world.kill('local-web-1');
    await eventually(() => repo.told('drift_found').length === 23);
    repo.engine.world.kill('local-worker-1');
    await eventually(() => runStates(repo.engine)['local-worker-1'] === 'running');
    await eventually(() => runStates(repo.engine)['local-web-1'] === 'running', 'the heal that was put off');

    const begun = repo.events.slice(before).map((event) => {
      if (event.type === 'triggered') return event.reason;
      return event.type === 'progress' && event.event.type === 'step_started' ? event.event.step.address : '';
    });
    const putOff = begun.indexOf('a heal that was put off is due');
    expect(putOff).toBeGreaterThan(-1);
    expect(begun.indexOf('service.web')).toBeGreaterThan(putOff);
  });
});

/** What happens beside a daemon's back: engines go away, freezes are made by hand, listeners fail, manifests vanish. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { Condition } from '../../../src/report/status.ts';
import { stateFolder } from '../../../src/state/folder.ts';
import { removeFreeze, writeFreeze } from '../../../src/state/freezes.ts';
import { eventually } from '../../support/eventually.ts';
import { manifest, type ServedRepo, servedRepo } from '../../support/served-repo.ts';

const FILE = 'environments/local/environment.yaml';
const TWO = { [FILE]: manifest({ web: 'one', worker: 'one' }) };

function stateOf({ engine }: ServedRepo, name: string): string | undefined {
  return engine.objects.all('service').find((object) => object.name === name)?.life?.state;
}

function conditionOf(repo: ServedRepo, type: Condition['type']): Condition | undefined {
  return repo
    .environment()
    .status()
    ?.conditions.find((condition) => condition.type === type);
}

function frozenFor(milliseconds: number) {
  const now = Date.now();
  return {
    address: 'service.web',
    since: new Date(now).toISOString(),
    until: new Date(now + milliseconds).toISOString(),
    reason: 'looking into it',
    by: 'kim@host',
  } as const;
}

describe('an engine that does not answer', () => {
  it('leaves the state of the environment as it was, and is looked at whole once it is back', async () => {
    await using repo = await servedRepo(TWO);
    const before = repo.told('state_changed').length;

    repo.engine.world.goDown('the engine is down');
    await eventually(() => conditionOf(repo, 'Ready')?.reason === 'EngineUnreachable');
    await eventually(() => repo.told('pass_ended').at(-1)?.outcome === 'blocked');
    expect(conditionOf(repo, 'Ready')?.status).toBe('Unknown');
    expect(conditionOf(repo, 'Stalled')?.status).toBe('False');
    // It is tried again and again, and between that it waits.
    await eventually(() => conditionOf(repo, 'Reconciling')?.reason === 'WaitingToRetry', 'a pause');
    expect(repo.environment().status()?.state).toBe('healthy');
    const dead = repo.engine.objects.all('service').find(({ name }) => name === 'local-web-1');
    // Nobody hears of it.
    repo.engine.world.kill('local-web-1');
    expect(dead?.life?.state).not.toBe('running');

    repo.engine.world.comeUp();
    await eventually(() => stateOf(repo, 'local-web-1') === 'running', 'the heal');
    await eventually(() => conditionOf(repo, 'Ready')?.status === 'True', 'ready');

    const states = repo
      .told('state_changed')
      .slice(before)
      .map(({ to, reason }) => `${to}: ${reason}`);
    expect(states.join('\n')).not.toMatch(/down|unknown/);
    expect(repo.told('engine_lost').map(({ next }) => next)).toEqual([expect.stringContaining('trueup doctor')]);
    expect(repo.told('engine_back')).toHaveLength(1);
    expect(repo.environment().status()).toMatchObject({ state: 'healthy', quarantine: null });
  });

  it('ends no drift that was found, and finds none again', async () => {
    await using repo = await servedRepo({ [FILE]: manifest({ web: 'one', worker: 'one' }, 'drift: report') });
    repo.engine.world.kill('local-web-1');
    await eventually(() => repo.told('drift_found').length === 1);

    repo.engine.world.goDown('the engine is down');
    await eventually(() => repo.told('engine_lost').length === 1);
    repo.engine.world.comeUp();
    await eventually(() => conditionOf(repo, 'Ready')?.reason === 'Drifted', 'drift');

    expect(repo.told('drift_over')).toEqual([]);
    expect(repo.told('drift_found')).toHaveLength(1);
  });

  it('at the start is told, and what is declared is carried out once it answers', async () => {
    await using repo = await servedRepo(TWO);
    await repo.daemon[Symbol.asyncDispose]();
    repo.engine.world.kill('local-worker-1');
    repo.engine.world.goDown('the engine is down');
    const before = repo.events.length;

    await repo.restart();
    await repo.passed('blocked', before);
    expect(repo.environment().status()?.state).toBe('healthy');
    expect(conditionOf(repo, 'Ready')?.status).toBe('Unknown');
    repo.engine.world.comeUp();
    await repo.passed('applied', before);

    expect(stateOf(repo, 'local-worker-1')).toBe('running');
  });
});

describe('a freeze that is made without asking the daemon', () => {
  it('is heard at once, and so is its end', async () => {
    await using repo = await servedRepo(TWO);
    const environment = 'local';
    const state = stateFolder(repo.folder, '.trueup');

    await writeFreeze(state, environment, frozenFor(600_000));
    await eventually(() => repo.told('frozen').length === 1);
    expect(conditionOf(repo, 'Frozen')?.status).toBe('True');
    repo.engine.world.kill('local-web-1');
    await eventually(() => repo.told('resource_changed').some(({ address }) => address === 'service.web'));
    expect(stateOf(repo, 'local-web-1')).not.toBe('running');

    await removeFreeze(state, environment, 'service.web');
    await eventually(() => stateOf(repo, 'local-web-1') === 'running');
    // A pass for the fall itself may be ahead of what is heard of the file.
    await eventually(() => repo.told('freeze_ended').length === 1, 'an end that is told');

    // The folder was there before: a second one is heard as well.
    await writeFreeze(state, environment, frozenFor(600_000));
    await eventually(() => repo.told('frozen').length === 2);
    rmSync(join(repo.folder, '.trueup', 'freezes'), { recursive: true });
    await eventually(() => repo.told('freeze_ended').length === 2);
    await writeFreeze(state, environment, frozenFor(600_000));
    await eventually(() => repo.told('frozen').length === 3);
  });

  it('ends by itself, and a pass follows', async () => {
    await using repo = await servedRepo(TWO);
    const state = stateFolder(repo.folder, '.trueup');

    // Long enough to be heard of while it lasts.
    await writeFreeze(state, 'local', frozenFor(15_000));
    await eventually(() => repo.told('frozen').length === 1);
    repo.engine.world.kill('local-web-1');
    await eventually(() => stateOf(repo, 'local-web-1') === 'running', 'the heal');

    await eventually(() => repo.told('freeze_ended').length === 1, 'an end that is told');
    await eventually(
      () => repo.told('triggered').some(({ reason }) => reason === 'service.web is frozen no more'),
      'a pass for its end',
    );
  });
});

describe('whoever listens to the daemon', () => {
  it('misses nothing for another one who fails, which is said once', async () => {
    await using repo = await servedRepo(TWO);
    using _ = repo.daemon.subscribe(() => {
      throw new Error('no more room');
    });
    const heard: string[] = [];
    using __ = repo.daemon.subscribe(({ type }) => heard.push(type));
    const before = repo.events.length;

    repo.engine.world.kill('local-web-1');
    await repo.passed('applied', before);

    expect(heard).toEqual(repo.events.slice(before).map(({ type }) => type));
    expect(repo.problems.filter((problem) => problem.includes('no more room'))).toHaveLength(1);
  });
});

describe('an environment that no manifest declares any more', () => {
  it('is told as orphaned once, at a start too, and as declared again', async () => {
    await using repo = await servedRepo(TWO);
    repo.git('rm', '-rq', 'environments');
    repo.commit({});
    await eventually(() => repo.told('orphaned').length === 1);
    const why = repo.events.flatMap((event) => (event.type === 'orphaned' ? [event.why] : []));
    expect(why.join()).toContain('trueup destroy local');

    repo.commit({ 'README.md': 'words' });
    const before = repo.events.length;
    await repo.restart();
    await repo.passed('blocked', before);
    expect(repo.told('orphaned')).toHaveLength(2);
    expect(conditionOf(repo, 'Stalled')).toBeUndefined();
    expect(stateOf(repo, 'local-web-1')).toBe('running');

    repo.git('revert', '--no-edit', 'HEAD~1');
    await eventually(() => conditionOf(repo, 'Stalled')?.status === 'False');
    await eventually(() => repo.told('declared_again').length > 0);
    expect(repo.told('declared_again')).toHaveLength(1);
  });
});

describe('a thousand commits at once', () => {
  it('are one pass, at the last of them', async () => {
    await using repo = await servedRepo(TWO);
    const before = repo.events.length;
    const parts = Array.from({ length: 1000 }, (_, index) => {
      const text = manifest({ web: `number-${index}`, worker: 'one' });
      const from = index === 0 ? 'from refs/heads/main^0\n' : '';
      const head = `commit refs/heads/main\ncommitter kim <kim@example.com> ${1_800_000_000 + index} +0000\ndata 4\nmore\n`;
      return `${head}${from}M 100644 inline ${FILE}\ndata ${text.length}\n${text}\n`;
    });

    execFileSync('git', ['fast-import', '--quiet'], { cwd: repo.folder, input: parts.join('') });
    const commit = repo.git('rev-parse', 'HEAD');
    await eventually(() => repo.told('pass_ended').at(-1)?.revision.commit === commit, 'a pass at the last commit');

    const passes = repo.told('pass_ended').filter((event) => repo.events.indexOf(event) >= before);
    expect(passes.length).toBeLessThan(5);
    expect(repo.environment().status()?.last_healthy?.commit).toBe(commit);
    expect(repo.told('source_lost')).toEqual([]);
  });
});

describe('two daemons on one engine', () => {
  it('never touch what is the other’s, and the second says what stands in its way', async () => {
    await using first = await servedRepo(TWO);
    const ids = (): readonly string[] =>
      first.engine.objects
        .all('service')
        .map(({ id, name }) => `${name} ${id}`)
        .sort();
    const before = ids();
    await using second = await servedRepo(TWO, { engine: first.engine });

    await second.passed('blocked');
    expect(ids()).toEqual(before);
    expect(conditionOf(second, 'Stalled')?.status).toBe('True');
    first.engine.world.kill('local-web-1');
    await eventually(() => stateOf(first, 'local-web-1') === 'running', 'the heal');

    expect(ids()).toEqual(before);
    expect(second.told('progress')).toEqual([]);
    expect(first.environment().status()?.quarantine).toBeNull();
  });
});

describe('manifests with mistakes', () => {
  it('upon a first commit that failed are passed over less and less often', async () => {
    const bad = `services:\n  web:\n    process: { command: [app, never_healthy] }\n    health_check: { test: [CMD, probe], interval: 20ms, retries: 1 }\n`;
    await using repo = await servedRepo({ [FILE]: bad });
    await repo.passed('failed');

    repo.commit({ [FILE]: 'services: nothing\n' });
    const passes = () => repo.told('pass_ended').filter(({ outcome }) => outcome === 'invalid');
    await eventually(() => passes().length >= 3);

    // As they are meant: when a pass begins is up to the machine, too.
    const pauses = passes().map(({ at, next_at: next }) => Date.parse(next ?? at) - Date.parse(at));
    expect(pauses.at(-1)).toBeGreaterThan(1.5 * (pauses[0] ?? 0));
  });
});

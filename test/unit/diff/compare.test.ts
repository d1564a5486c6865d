import { describe, expect, it } from 'vitest';
import { NAME_PATH } from '../../../src/diff/name-difference.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import { compareEnvironment } from '../../../src/diff/compare.ts';
import type { Recorded } from '../../../src/model/observed.ts';
import { environment } from '../../support/builders.ts';
import { inState, observed, planOf, recordedOf, requestOf, service, volume } from '../../support/planning.ts';

const web = service('web', { config: { labels: { build: '1', team: 'core' } } });
const labelled = (build: string): ReturnType<typeof observed> => {
  const object = observed(web);
  return { ...object, configured: { ...object.configured, labels: { build, team: 'core' } } };
};

describe('compare', () => {
  it('tells a commit from the world, field by field', () => {
    const edited = service('web', {
      config: { labels: { build: '2', team: 'core' }, environment_variables: { A: '1' } },
    });
    const changed = {
      ...observed(web),
      configured: { ...observed(web).configured, labels: { build: '1', team: 'ops' } },
    };

    const plan = planOf([edited], { objects: [changed], recorded: recordedOf([web]) });

    expect(plan.changes[0]?.differences.map(({ field_path: path, cause }) => [path, cause])).toEqual([
      ["$['environment_variables']['A']", 'git'],
      ["$['labels']['build']", 'git'],
      ["$['labels']['team']", 'world'],
    ]);
    expect(plan.changes[0]?.cause).toBe('both');
    expect(plan.drift[0]?.differences.map(({ field_path: path }) => path)).toEqual(["$['labels']['team']"]);
  });

  it('knows what is live only for want of a word, as far as anybody knows what that means', () => {
    const said = service('web', { config: { labels: { build: '1', maker: 'me', team: 'core' } } });
    const live = { build: '2', maker: 'image', team: 'image' };
    const object = {
      ...observed(said, { configured: { ...observed(said).configured, labels: live } }),
      defaults: { labels: { maker: 'image', team: 'image' } },
      assumed: [fieldPath('labels', 'team')],
    };

    const plan = planOf([said], { objects: [object], recorded: recordedOf([said]) });

    expect(plan.drift[0]?.differences.map(({ field_path: path, is_default: is }) => [path, is])).toEqual([
      ["$['labels']['build']", undefined],
      ["$['labels']['maker']", true],
      ["$['labels']['team']", undefined],
    ]);
  });

  it('says unknown where nothing is recorded, and finds the same differences', () => {
    const plan = planOf([web], { objects: [labelled('9')] });

    expect(plan.changes[0]?.differences).toMatchObject([{ field_path: "$['labels']['build']", cause: 'unknown' }]);
    expect(plan.drift).toHaveLength(1);
  });

  it('blames the world for what git does not hold, such as a file edited by hand', () => {
    const mount = (content: string): ReturnType<typeof service> =>
      service('web', {
        config: { storage: { volumes: { './app.json': { type: 'bind', content, watch_content: 'restart' } } } },
        overrides: {
          untracked: [{ field_path: "$['storage']['volumes']['./app.json']['content']", kind: 'edit', declared: null }],
        },
      });

    const plan = planOf([mount('sha256:new')], {
      objects: [observed(mount('sha256:old'))],
      recorded: recordedOf([mount('sha256:old')]),
    });

    expect(plan.drift).toMatchObject([{ kind: 'differs', cause: 'world' }]);
    expect(plan.changes[0]?.action).toBe('restart');
  });

  describe('of a field that rests on an input', () => {
    const field = fieldPath('environment_variables', 'TOKEN');
    const withToken = (token: string, declared: string): ReturnType<typeof service> =>
      service('web', {
        config: { environment_variables: { TOKEN: token } },
        overrides: { untracked: [{ field_path: field, kind: 'input', declared }] },
      });
    const applied = withToken('old', 'file a');
    const known = recordedOf([applied]);
    const recorded = {
      ...known,
      resources: Object.fromEntries(
        Object.entries(known.resources).map(([address, one]) => [address, { ...one, inputs: { [field]: 'file a' } }]),
      ),
    };
    const causeWith = (desired: ReturnType<typeof service>, before: Recorded = recorded): unknown =>
      planOf([desired], { objects: [observed(applied)], recorded: before }).changes[0]?.cause;

    it('blames the world while it is declared in the same way', () => {
      expect(causeWith(withToken('new', 'file a'))).toBe('world');
    });

    it('says that an input moved, and whether what runs moved, too', () => {
      const movedIn = (desired: ReturnType<typeof service>, live: ReturnType<typeof service>): unknown =>
        planOf([desired], { objects: [observed(live)], recorded }).drift[0]?.differences[0]?.moved_input;
      expect(movedIn(withToken('new', 'file a'), applied)).toBe('alone');
      expect(movedIn(withToken('new', 'file a'), withToken('third', 'file a'))).toBe('with_world');
      expect(movedIn(applied, withToken('third', 'file a'))).toBeUndefined();
    });

    it('blames the world for a name that an input gives, too', () => {
      const named = (name: string): ReturnType<typeof service> =>
        service('web', { overrides: { name, untracked: [{ field_path: NAME_PATH, kind: 'input', declared: 'a' }] } });
      const before = recordedOf([named('one')]);
      const [[address, one] = []] = Object.entries(before.resources);
      if (address === undefined || one === undefined) throw new Error('nothing is recorded');
      const noted = { ...before, resources: { [address]: { ...one, inputs: { [NAME_PATH]: 'a' } } } };
      const plan = planOf([named('two')], { objects: [observed(named('one'))], recorded: noted });
      expect(plan.drift[0]?.differences).toMatchObject([{ field_path: NAME_PATH, moved_input: 'alone' }]);
      expect(plan.changes).toMatchObject([{ cause: 'world', carries_input: true }]);
    });

    it('blames git once a commit asks for it in another way', () => {
      expect(causeWith(withToken('new', 'file b'))).toBe('git');
    });

    it('blames git where nobody noted how it was declared', () => {
      expect(causeWith(withToken('new', 'file a'), known)).toBe('git');
    });
  });

  it('counts what is gone as drift once it was applied, and as new before', () => {
    expect(planOf([web], { recorded: recordedOf([web]) }).drift).toMatchObject([{ kind: 'missing', cause: 'world' }]);
    expect(planOf([web]).drift).toEqual([]);
    expect(planOf([web, volume('data')], { objects: [observed(volume('data'))] }).drift).toMatchObject([
      { cause: 'unknown' },
    ]);
  });

  it('counts what is ours and was never declared as drift, and what a commit dropped as none', () => {
    const stray = { objects: [observed(web)] };

    expect(planOf([], stray).drift).toMatchObject([{ kind: 'undeclared', cause: 'unknown' }]);
    expect(planOf([], { ...stray, recorded: recordedOf([web]) }).drift).toEqual([]);
  });

  it('sees what was killed, paused or stopped by hand', () => {
    for (const state of ['failed', 'paused', 'stopped', 'dead'] as const) {
      const plan = planOf([web], { objects: [inState(web, state)], recorded: recordedOf([web]) });
      expect(plan.drift).toMatchObject([
        { differences: [{ before: state, after: 'running', cause: 'world', severity: 'error' }] },
      ]);
    }
  });

  it('reports an object of ours under another address twice: once matched, once undeclared', () => {
    const twin = { ...observed(web), name: 'shop-web-old', id: 'old' };

    const { findings } = compareEnvironment(requestOf(environment([web]), { objects: [twin, observed(web)] }));

    expect(findings.map(({ kind }) => kind)).toEqual(['equal', 'undeclared']);
  });

  it('asks for an external resource to exist and never plans it', () => {
    const external = volume('shared', { external: true, name: 'shared' });

    expect(planOf([external], { objects: [{ ...observed(external), ownership: null }] }).changes).toEqual([]);
    expect(planOf([external])).toMatchObject({
      applyable: false,
      diagnostics: [{ summary: 'external volume "shared" does not exist on engine "process"' }],
    });
  });
});

describe('ignored differences', () => {
  const rule = {
    address: web.address,
    field_path: "$['labels']['build']",
    reason: 'set by CI',
    until: '2026-01-31',
    source: null,
  } as const;
  const ignoring = (today: string, label: string): ReturnType<typeof planOf> =>
    planOf(
      [],
      { objects: [labelled(label)], recorded: recordedOf([web]) },
      {
        environment: environment([web], { ignore_differences: [rule] }),
        today,
      },
    );

  it('are none for plan and drift, and each hit is counted', () => {
    expect(ignoring('2026-01-31', '7')).toMatchObject({
      changes: [],
      drift: [],
      ignored: [{ hits: 1, reason: 'set by CI' }],
    });
    expect(ignoring('2026-01-31', '1')).toMatchObject({ changes: [], ignored: [{ hits: 0 }] });
  });

  it('count again on the day after their last', () => {
    expect(ignoring('2026-02-01', '7').changes).toHaveLength(1);
  });

  it('hold while something else of the resource changes: the field keeps what the engine has', () => {
    const edited = service('web', { config: { labels: { build: '1', team: 'ops' } } });

    const plan = planOf(
      [],
      { objects: [labelled('7')], recorded: recordedOf([web]) },
      {
        environment: environment([edited], { ignore_differences: [rule] }),
      },
    );

    expect(plan.changes[0]?.differences.map(({ field_path: path }) => path)).toEqual(["$['labels']['team']"]);
    expect(plan.changes[0]?.after?.['labels']).toEqual({ build: '7', team: 'ops' });
  });
});

describe('a run that did not end', () => {
  it('answers for what it left behind: nothing of it is drift', () => {
    const recorded = recordedOf([web]);
    const unfinished = {
      ...recorded,
      resources: {
        [web.address]: { engine: 'process', name: web.name, config: web.config, revision: null, unfinished: true },
      },
    };

    const stopped = planOf([web], { objects: [inState(web, 'stopped')], recorded: unfinished });
    const gone = planOf([web], { recorded: unfinished });

    expect(stopped.changes[0]?.cause).toBe('git');
    expect([stopped.drift, gone.drift]).toEqual([[], []]);
  });
});

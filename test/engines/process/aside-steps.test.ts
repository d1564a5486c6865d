import { describe, expect, it } from 'vitest';
import { NO_IMPACT } from '../../../src/diff/impact.ts';
import type { StepsContext } from '../../../src/drivers/driver.ts';
import { processModel } from '../../../src/drivers/process/model.ts';
import { textArgument } from '../../../src/drivers/process/verbs.ts';
import type { Change, Difference, Effect } from '../../../src/model/change.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { ObservedObject } from '../../../src/model/observed.ts';
import { serviceConfig } from './support.ts';

const COMMAND = difference(['process', 'command'], 'restart');
const KEPT = 'shop-web-1.aside-01old';

function difference(path: readonly string[], effect: Effect): Difference {
  return {
    field_path: fieldPath(...path),
    before: 'a',
    after: 'b',
    cause: 'git',
    severity: 'info',
    impact: null,
    effect,
    source: null,
  };
}

function change(more: Partial<Change> = {}): Change {
  return {
    address: 'service.web',
    previous_address: null,
    type: 'service',
    name: 'shop-web-1',
    engine: 'process',
    action: 'restart',
    reason: 'differs',
    cause: 'git',
    before: null,
    after: serviceConfig(),
    after_unknown: false,
    differences: [COMMAND],
    source: null,
    depends_on: [],
    impact: NO_IMPACT,
    ...more,
  };
}

function object(name: string, id: string, configured: JsonObject = serviceConfig()): ObservedObject {
  const status = { run_state: null, reason: null, since: null, exit_code: null, restarts: 0, incarnation: null };
  return {
    type: 'service',
    name,
    id,
    ownership: null,
    configured,
    effective: null,
    status: { ...status, health: 'none', details: {} },
  };
}

function context(more: Partial<StepsContext> = {}): StepsContext {
  return {
    facts: null,
    project: 'shop',
    environment: 'local',
    desired: new Map(),
    observed: new Map([['service.web', object('shop-web-1', 'id of the old')]]),
    remade: new Set(),
    find: () => null,
    destroyData: false,
    keepsAside: true,
    aside: null,
    ...more,
  };
}

function steps(wanted: Change, given: StepsContext): readonly string[] {
  return processModel
    .steps(wanted, given)
    .map(({ phase, verb, args }) => `${phase}: ${verb} ${textArgument(args, 'name')}`);
}

const SET_ASIDE = [
  'stop: stop shop-web-1',
  'stop: set_aside shop-web-1',
  'prepare: create shop-web-1',
  'start: start shop-web-1',
  'discard: discard_aside shop-web-1',
  'recover: restore shop-web-1',
];

describe('the steps of a change that can be taken back', () => {
  it('set aside what a replacement, or a restart with another configuration, takes away', () => {
    expect(steps(change(), context())).toEqual(SET_ASIDE);
    expect(steps(change({ action: 'replace', differences: [] }), context())).toEqual(SET_ASIDE);
  });

  it('bring back that very one, and start it unless it is one that runs to its end', () => {
    const startsAgain = (before: string, after: string): unknown => {
      const observed = new Map([
        ['service.web' as const, object('shop-web-1', 'x', serviceConfig({ runState: before }))],
      ]);
      const wanted = change({ after: serviceConfig({ runState: after }) });
      return processModel.steps(wanted, context({ observed })).at(-1)?.args['starts'];
    };

    const args = processModel.steps(change(), context()).at(-1)?.args;
    expect(args).toEqual({ name: 'shop-web-1', id: 'id of the old', volumes: {}, starts: true });
    expect(startsAgain('running', 'completed')).toBe(true);
    expect(startsAgain('failed', 'running')).toBe(true);
    expect(startsAgain('completed', 'completed')).toBe(false);
    expect(startsAgain('completed', 'running')).toBe(false);
    // A run that died between its stop and the next step leaves the same.
    expect(startsAgain('stopped', 'running')).toBe(true);
    expect(startsAgain('stopped', 'completed')).toBe(false);
    expect(startsAgain('stopped', 'stopped')).toBe(false);
    expect(startsAgain('running', 'stopped')).toBe(true);
  });

  it('set nothing aside for what comes with the same configuration: content, the run state, a word of somebody', () => {
    const plain = ['stop: stop shop-web-1', 'alter: update shop-web-1', 'start: start shop-web-1'];
    const content = difference(['storage', 'volumes', 'conf', 'content'], 'restart');

    expect(steps(change({ differences: [content] }), context())).toEqual(plain);
    expect(steps(change({ differences: [difference(['run_state'], 'restart')] }), context())).toEqual(plain);
    expect(steps(change({ differences: [], reason: 'restart_by_request' }), context())).toEqual(plain);
    const variable = difference(['environment_variables', 'content'], 'restart');
    expect(steps(change({ differences: [variable] }), context())).toEqual(SET_ASIDE);
  });

  it('set nothing aside where there is nothing', () => {
    expect(steps(change({ action: 'create' }), context({ observed: new Map() }))).toEqual([
      'prepare: create shop-web-1',
      'start: start shop-web-1',
    ]);
  });

  it('also set aside what is not to run: a whole environment may go back', () => {
    expect(steps(change({ after: serviceConfig({ runState: 'stopped' }) }), context())).toEqual(
      SET_ASIDE.filter((step) => !step.startsWith('start')),
    );
  });

  it('set aside for its new name what had another', () => {
    const observed = new Map([['service.old' as const, object('shop-old-1', 'x')]]);
    const found = processModel.steps(change({ previous_address: 'service.old' }), context({ observed }));

    expect(found[1]).toMatchObject({ verb: 'set_aside', args: { name: 'shop-old-1', successor: 'shop-web-1' } });
    expect(found.at(-1)).toMatchObject({ verb: 'restore', args: { name: 'shop-web-1', id: 'x' } });
  });

  it('hand what comes back the names that its volumes have now', () => {
    const mount = { type: 'volume', volume: 'data', host_path: null, container_path: null, mode: 'rw' };
    const mounting = serviceConfig({ volumes: { data: mount, gone: { ...mount, volume: 'gone' } } });
    const volume = { address: 'volume.data', name: 'new_data', external: false } as const;
    const given = context({
      observed: new Map([['service.web', object('shop-web-1', 'x', mounting)]]),
      desired: new Map([
        [
          'volume.data',
          {
            ...volume,
            type: 'volume',
            key: 'data',
            engine: 'process',
            protect: false,
            deletion_policy: 'retain',
            on_failure: 'stop',
            drift: 'report',
            config: {},
            dependencies: [],
            uses: [],
            untracked: [],
          },
        ],
      ]),
    });

    expect(processModel.steps(change(), given).at(-1)?.args['volumes']).toEqual({
      data: { name: 'new_data', external: false },
    });
  });
});

describe('the steps of a change after a run that died with something set aside', () => {
  const left = context({ keepsAside: false, aside: object(KEPT, 'id of the aside') });
  const ending = ['discard: discard_aside shop-web-1', 'recover: restore shop-web-1'];

  it('only discard it or bring it back where what stands there is as wanted', () => {
    const wanted = change({ action: 'update', reason: 'aside_left', differences: [] });

    expect(steps(wanted, left)).toEqual(ending);
    const args = processModel.steps(wanted, left).map((step) => step.args);
    expect(args[0]).toEqual({ name: 'shop-web-1', aside: KEPT });
    expect(args[1]).toMatchObject({ aside: KEPT, id: 'id of the aside', starts: true });
  });

  it('remove what stands in its place, which has never worked', () => {
    const replaced = ['stop: stop shop-web-1', 'remove: remove shop-web-1'];

    for (const keepsAside of [true, false]) {
      expect(steps(change(), { ...left, keepsAside })).toEqual([
        ...replaced,
        'prepare: create shop-web-1',
        'start: start shop-web-1',
        ...ending,
      ]);
    }
  });

  it('make what is missing, and start what does not run', () => {
    expect(steps(change({ action: 'create' }), left)).toEqual([
      'prepare: create shop-web-1',
      'start: start shop-web-1',
      ...ending,
    ]);
    const asleep = { ...difference(['run_state'], 'in_place'), before: 'created', after: 'running' };
    expect(steps(change({ action: 'update', differences: [asleep] }), left)).toEqual([
      'start: start shop-web-1',
      ...ending,
    ]);
  });

  it('give it up where nothing is to run any more, and the rest works', () => {
    const stopped = serviceConfig({ runState: 'stopped' });
    const toStop = { ...difference(['run_state'], 'in_place'), before: 'running', after: 'stopped' };

    expect(steps(change({ action: 'update', after: stopped, differences: [toStop] }), left)).toEqual([
      'stop: stop shop-web-1',
      ...ending,
    ]);
  });
});

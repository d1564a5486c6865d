import { describe, expect, it } from 'vitest';
import { NO_IMPACT } from '../../../src/diff/impact.ts';
import type { StepsContext } from '../../../src/drivers/driver.ts';
import { processModel } from '../../../src/drivers/process/model.ts';
import { textArgument } from '../../../src/drivers/process/verbs.ts';
import type { Address, ResourceType } from '../../../src/model/address.ts';
import type { Change, ChangeAction, Difference, Effect } from '../../../src/model/change.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import { fieldPath, valueAt } from '../../../src/model/field-path.ts';
import type { Json, JsonObject } from '../../../src/model/json.ts';
import type { ObservedObject } from '../../../src/model/observed.ts';
import { serviceConfig } from './support.ts';

function desired(config: JsonObject, type: ResourceType = 'service', name = 'shop-web-1'): DesiredResource {
  return {
    address: `${type}.web`,
    type,
    key: 'web',
    name,
    engine: 'process',
    external: false,
    protect: false,
    deletion_policy: 'retain',
    on_failure: 'stop',
    drift: 'report',
    config,
    dependencies: [],
    uses: [],
    untracked: [],
  };
}

/** The configuration with one value of it changed. */
function withValue(config: JsonObject, [name = '', ...rest]: readonly string[], value: Json): JsonObject {
  const inner = config[name];
  const group = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as JsonObject) : {};
  return { ...config, [name]: rest.length === 0 ? value : withValue(group, rest, value) };
}

const MOUNT: JsonObject = { type: 'volume', volume: 'data', host_path: null, container_path: null, mode: 'rw' };

describe('what the process engine refuses', () => {
  it('is nothing of a service that keeps to what a process can have', () => {
    const config = serviceConfig({
      ports: { '8080/tcp': { host_port: 8080, container_port: 8080, protocol: 'udp', host_ip: '127.0.0.1' } },
      volumes: { data: MOUNT, './conf': { type: 'bind', host_path: '/conf', container_path: null, mode: 'ro' } },
      variables: { UID: '1', 'a.b': 'c', TOKEN: { $secret: 'x' } },
      restart: 'on-failure:3',
    });

    expect(processModel.unsupported(desired(config), null)).toEqual([]);
  });

  it.each<[readonly string[], Json]>([
    [['container'], { image: 'nginx' }],
    [['networking', 'hostname'], 'web'],
    [['networking', 'networks'], { default: {} }],
    [['storage', 'tmpfs'], { '/tmp': {} }],
    [['resource_limits', 'cpu_limit'], 0.5],
    [['resource_limits', 'memory_limit'], '256MiB'],
    [['resource_limits', 'cpu_reservation'], 0.5],
    [['resource_limits', 'memory_reservation'], '256MiB'],
    [['storage', 'volumes', 'data', 'container_path'], '/data'],
    [['storage', 'volumes', 'data', 'mode'], 'ro'],
    [['storage', 'volumes', 'data', 'type'], 'tmpfs'],
    [['storage', 'volumes', 'data', 'watch_content'], 'signal:NOPE'],
    [['networking', 'ports', '80', 'container_port'], 81],
    [['process', 'stop_signal'], 'SIGRTMIN+3'],
    [['process', 'stop_signal'], 'SIGSTOP'],
    [['environment_variables', 'TRUEUP_INSTANCE'], 'x'],
    [['environment_variables', 'TRUEUP_VOLUME_X'], 'x'],
    [['environment_variables', 'dotted.name'], { $secret: 'x' }],
  ])('is %j with %j, at exactly this field', (path, value) => {
    const ports = { '80': { host_port: 80, container_port: 80, protocol: 'tcp', host_ip: null } };
    const config = withValue(serviceConfig({ volumes: { data: MOUNT }, ports }), path, value);

    const refused = processModel.unsupported(desired(config), null);

    expect(refused.map((field) => field.field_path)).toEqual([fieldPath(...path)]);
  });

  it('is a port that nobody chose', () => {
    const ports = { '80/tcp': { host_port: null, container_port: 80, protocol: 'tcp', host_ip: null } };

    const [refused] = processModel.unsupported(desired(serviceConfig({ ports })), null);

    expect(refused?.field_path).toBe(fieldPath('networking', 'ports', '80/tcp'));
  });

  it('is the second of two volumes with one variable', () => {
    const volumes = { 'a-b': { ...MOUNT, volume: 'a-b' }, 'a.b': { ...MOUNT, volume: 'a.b' } };

    const [refused] = processModel.unsupported(desired(serviceConfig({ volumes })), null);

    expect(refused?.summary).toBe('volumes "a-b" and "a.b" would both be handed over as TRUEUP_VOLUME_A_B');
  });

  it('is a volume with a driver or its options, any network, and a name that is no folder', () => {
    const paths = (resource: DesiredResource): readonly string[] =>
      processModel.unsupported(resource, null).map((field) => field.field_path);

    expect(paths(desired({ driver: 'local', driver_opts: {} }, 'volume'))).toEqual([]);
    expect(paths(desired({ driver: 'nfs', driver_opts: { o: 'x' } }, 'volume'))).toEqual([
      fieldPath('driver'),
      fieldPath('driver_opts'),
    ]);
    expect(paths(desired({}, 'network'))).toEqual(['$']);
    expect(paths(desired(serviceConfig(), 'service', 'x'.repeat(300)))).toEqual([fieldPath('name')]);
  });
});

describe('the effect of a change', () => {
  const volumes = {
    data: MOUNT,
    report: { type: 'bind', watch_content: 'report' },
    signal: { type: 'bind', watch_content: 'signal:HUP' },
    restart: { type: 'bind', watch_content: 'restart' },
  };
  const config = serviceConfig({ volumes });

  it.each<[readonly string[], Json, Json, Effect]>([
    [['process', 'command'], ['a'], ['b'], 'restart'],
    [['process', 'cwd'], '/a', '/b', 'restart'],
    [['process', 'restart'], 'no', 'always', 'in_place'],
    [['process', 'stop_signal'], 'SIGTERM', 'SIGINT', 'in_place'],
    [['process', 'stop_grace_period'], '10s', '5s', 'in_place'],
    [['process'], null, { command: ['a'] }, 'restart'],
    [['environment_variables', 'A'], null, '1', 'restart'],
    [['environment_variables', 'A'], '1', null, 'restart'],
    [['networking', 'ports', '80/tcp'], null, {}, 'restart'],
    [['storage', 'volumes', 'data'], null, MOUNT, 'restart'],
    [['storage', 'volumes', 'data', 'content'], 'sha256:a', 'sha256:b', 'restart'],
    [['storage', 'volumes', 'restart', 'content'], 'sha256:a', 'sha256:b', 'restart'],
    [['storage', 'volumes', 'report', 'content'], 'sha256:a', 'sha256:b', 'in_place'],
    [['storage', 'volumes', 'signal', 'content'], 'sha256:a', 'sha256:b', 'in_place'],
    [['storage', 'volumes', 'data', 'watch_content'], null, 'report', 'in_place'],
    [['health_check', 'interval'], '1s', '2s', 'in_place'],
    [['dependencies', 'service.db', 'condition'], 'a', 'b', 'in_place'],
    [['labels', 'a'], null, 'b', 'in_place'],
    [['type'], 'application', 'infrastructure', 'in_place'],
    [['role'], null, 'backend', 'in_place'],
    [['protect'], false, true, 'in_place'],
    [['run_state'], 'failed', 'running', 'in_place'],
    [['run_state'], 'paused', 'running', 'in_place'],
    [['run_state'], 'running', 'stopped', 'in_place'],
    [['run_state'], 'dead', 'running', 'restart'],
    [['run_state'], 'stopping', 'running', 'restart'],
    [['run_state'], 'dead', 'stopped', 'in_place'],
    [['container', 'image'], null, 'a', 'unsupported'],
  ])('of %j from %j to %j is %s', (path, before, after, effect) => {
    expect(processModel.effect('service', fieldPath(...path), before, after, null, config)).toBe(effect);
  });

  it('is in place for labels and metadata of volumes', () => {
    expect(processModel.effect('volume', fieldPath('labels', 'a'), null, 'b', null)).toBe('in_place');
    expect(processModel.effect('volume', fieldPath('metadata', 'purpose'), null, 'b', null)).toBe('in_place');
    expect(processModel.effect('volume', fieldPath('driver'), null, 'b', null)).toBe('unsupported');
  });
});

describe('what is compared', () => {
  it('is what the engine carries, with every value as it is', () => {
    const config = serviceConfig({ variables: { A: '1' }, volumes: { data: MOUNT }, labels: { a: 'b' } });

    const compared = processModel.comparable('service', { ...config, protect: true, container: { image: 'x' } }, null);

    expect(compared).toEqual({
      type: 'application',
      process: config['process'],
      environment_variables: { A: '1' },
      networking: { ports: {} },
      storage: { volumes: { data: MOUNT } },
      dependencies: {},
      labels: { a: 'b' },
      protect: true,
      run_state: 'running',
    });
  });

  it('is by meaning for durations', () => {
    const path = fieldPath('process', 'stop_grace_period');

    expect(processModel.equal('service', path, '10s', '10000ms', NOTHING)).toBe(true);
    expect(processModel.equal('service', path, '10s', '11s', NOTHING)).toBe(false);
    expect(processModel.equal('service', fieldPath('process', 'cwd'), '10s', '10000ms', NOTHING)).toBe(false);
  });
});

function change(action: ChangeAction, more: Partial<Change> = {}): Change {
  return {
    address: 'service.web',
    previous_address: null,
    type: 'service',
    name: 'shop-web-1',
    engine: 'process',
    action,
    reason: 'differs',
    cause: 'git',
    before: null,
    after: serviceConfig(),
    after_unknown: false,
    differences: [],
    source: null,
    depends_on: [],
    impact: NO_IMPACT,
    ...more,
  };
}

function difference(path: readonly string[], before: Json, after: Json, effect: Effect = 'in_place'): Difference {
  return {
    field_path: fieldPath(...path),
    before,
    after,
    cause: 'git',
    severity: 'info',
    impact: null,
    effect,
    source: null,
  };
}

function object(type: ResourceType, name: string, address: Address, configured: JsonObject = {}): ObservedObject {
  const ownership = {
    owner: 'o',
    project: 'shop',
    environment: 'local',
    address,
    checkout: null,
    created_revision: null,
  };
  const status = { run_state: null, reason: null, since: null, exit_code: null, restarts: 0, incarnation: null };
  return {
    type,
    name,
    id: name,
    ownership,
    configured,
    effective: null,
    status: { ...status, health: 'none', details: {} },
  };
}

const NOTHING: StepsContext['find'] = () => null;

function context(observed: readonly ObservedObject[] = [], resources: readonly DesiredResource[] = []): StepsContext {
  return {
    facts: null,
    project: 'shop',
    environment: 'local',
    desired: new Map(resources.map((resource) => [resource.address, resource])),
    observed: new Map(
      observed.flatMap((found) => (found.ownership === null ? [] : [[found.ownership.address, found]])),
    ),
    remade: new Set(),
    find: NOTHING,
    destroyData: false,
    keepsAside: false,
    aside: null,
  };
}

function steps(wanted: Change, given: StepsContext = context()): readonly string[] {
  return processModel.steps(wanted, given).map((step) => {
    return `${step.phase}: ${step.verb} ${step.address} ${textArgument(step.args, 'name')}`;
  });
}

describe('the steps of a change', () => {
  const STOPPED = serviceConfig({ runState: 'stopped' });
  const wake = (before: string): Difference => difference(['run_state'], before, 'running');
  const label = difference(['labels', 'a'], null, 'b');

  it('create and start; or create alone what is to stay stopped', () => {
    expect(steps(change('create'))).toEqual([
      'prepare: create service.web shop-web-1',
      'start: start service.web shop-web-1',
    ]);
    expect(steps(change('create', { after: STOPPED }))).toEqual(['prepare: create service.web shop-web-1']);
  });

  it('stop, update and start for a restart', () => {
    expect(steps(change('restart'))).toEqual([
      'stop: stop service.web shop-web-1',
      'alter: update service.web shop-web-1',
      'start: start service.web shop-web-1',
    ]);
  });

  it('update alone for what is in place, and start or resume for what does not run', () => {
    expect(steps(change('update', { differences: [label] }))).toEqual(['alter: update service.web shop-web-1']);
    expect(steps(change('update', { differences: [wake('failed')] }))).toEqual(['start: start service.web shop-web-1']);
    expect(steps(change('update', { differences: [label, wake('paused')] }))).toEqual([
      'alter: update service.web shop-web-1',
      'start: resume service.web shop-web-1',
    ]);
  });

  it('stop for what is to be stopped, and nothing more than an update for what is at rest', () => {
    const differences = [difference(['run_state'], 'running', 'stopped')];
    expect(steps(change('update', { after: STOPPED, differences }))).toEqual(['stop: stop service.web shop-web-1']);
    expect(steps(change('update', { after: STOPPED, differences: [label] }))).toEqual([
      'alter: update service.web shop-web-1',
    ]);
  });

  it('signal before the new content is recorded', () => {
    const volumes = { conf: { type: 'bind', watch_content: 'signal:HUP' } };
    const path = ['storage', 'volumes', 'conf', 'content'];
    const wanted = change('update', { after: serviceConfig({ volumes }), differences: [difference(path, 'a', 'b')] });

    expect(steps(wanted)).toEqual(['alter: signal service.web shop-web-1', 'alter: update service.web shop-web-1']);
    expect(processModel.steps(wanted, context())[0]?.args['signal']).toBe('SIGHUP');
  });

  it('stop and remove for a removal', () => {
    expect(steps(change('delete', { after: null }))).toEqual([
      'stop: stop service.web shop-web-1',
      'remove: remove service.web shop-web-1',
    ]);
    expect(steps(change('delete', { type: 'volume', address: 'volume.data', name: 'shop_data', after: null }))).toEqual(
      ['remove: remove_volume volume.data shop_data'],
    );
  });

  it('take the old name down for a move', () => {
    const observed = [object('service', 'shop-old-1', 'service.old')];

    expect(steps(change('move', { previous_address: 'service.old' }), context(observed))).toEqual([
      'stop: stop service.web shop-old-1',
      'remove: remove service.web shop-old-1',
      'prepare: create service.web shop-web-1',
      'start: start service.web shop-web-1',
    ]);
  });

  it('rename a volume that moves, and touch its users where only its name changes', () => {
    const user = serviceConfig({ volumes: { data: MOUNT } });
    const observed = [
      object('volume', 'old_data', 'volume.data'),
      object('service', 'shop-web-1', 'service.web', { ...user, run_state: 'running' }),
    ];
    const given = context(observed, [desired(user), { ...desired({}, 'volume', 'new_data'), address: 'volume.data' }]);
    const move = { type: 'volume', address: 'volume.data', name: 'new_data', after: {} } as const;

    expect(steps(change('move', { ...move, previous_address: 'volume.data' }), given)).toEqual([
      'stop: stop service.web shop-web-1',
      'alter: rename_volume volume.data new_data',
      'alter: update service.web shop-web-1',
      'start: start service.web shop-web-1',
    ]);
    expect(steps(change('move', { ...move, previous_address: 'volume.old' }), given)).toEqual([
      'alter: rename_volume volume.data new_data',
    ]);
  });

  it('tell a service the physical names of its volumes', () => {
    const config = serviceConfig({ volumes: { data: MOUNT, logs: { ...MOUNT, volume: 'logs' } } });
    const volume = { ...desired({}, 'volume', 'elsewhere'), address: 'volume.data', external: true } as const;

    const [create] = processModel.steps(change('create', { after: config }), context([], [volume]));

    expect(valueAt(create?.args ?? {}, fieldPath('volumes'))).toEqual({
      data: { name: 'elsewhere', external: true },
      logs: { name: 'shop_logs', external: false },
    });
  });
});

import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../../../../../src/model/desired.ts';
import type { ObservedObject, ObservedRunState } from '../../../../../src/model/observed.ts';
import type { Plan } from '../../../../../src/model/plan.ts';
import { HEALTHY } from '../../../../support/planning.ts';
import { argsOf, attachmentOf, changed, container, made, network, planFor, volume } from './support.ts';

const KEPT = { on_failure: 'rollback' } as const;
const web = container('web', {
  networks: ['inner'],
  volumes: ['data'],
  config: { health_check: HEALTHY },
  overrides: KEPT,
});
const api = container('api', { networks: ['inner'], config: { health_check: HEALTHY }, overrides: KEPT });
const [inner, data] = [network('inner'), volume('data')];

function other(resource: DesiredResource): DesiredResource {
  return changed(resource, 'container', { command: ['run', '--fast'] });
}

/** As it is while it runs, or as it ended. */
function standing(
  resource: DesiredResource,
  { state = 'running', ...overrides }: Partial<ObservedObject> & { readonly state?: ObservedRunState } = {},
): ObservedObject {
  const object = made(resource, overrides);
  return {
    ...object,
    configured: { ...object.configured, run_state: state },
    status: { ...object.status, run_state: state },
  };
}

/** As a run that died has left it. */
function asideOf(resource: DesiredResource): ObservedObject {
  const object = standing(resource, { state: 'stopped', name: `${resource.name}.aside-01run`, id: 'aside' });
  const { container: settings, networking } = object.configured;
  return {
    ...object,
    configured: {
      ...object.configured,
      container: { ...(settings as object), restart: 'no' },
      networking: { ...(networking as object), networks: {} },
    },
  };
}

function withCache(object: ObservedObject, name = 'c0ffee'): ObservedObject {
  return { ...object, status: { ...object.status, details: { anonymous_volumes: { '/cache': name } } } };
}

/** The steps in their order, each with its phase. */
function phasesOf(plan: Plan): readonly string[] {
  return plan.steps.map(({ id, phase }) => `${id} [${phase}]`);
}

const IN_TURN = [
  'service.web:create [prepare]',
  'service.web:stop [stop]',
  'service.web:set_aside [stop]',
  'service.web:rename [alter]',
  'service.web:start [start]',
  'service.web:service_healthy [gate]',
  'service.web:discard_aside [discard]',
  'service.web:restore [recover]',
  'service.web:service_healthy:2 [gate]',
];

const BESIDE = [
  'service.api:create [prepare]',
  'service.api:start [start]',
  'service.api:service_healthy [gate]',
  'service.api:take_over [settle]',
  'service.api:discard_aside [discard]',
  'service.api:restore [recover]',
  'service.api:service_healthy:2 [gate]',
];

describe('a replacement that can be taken back', () => {
  it('sets aside what worked, which goes once its successor has passed its gate', () => {
    const plan = planFor([other(web), inner, data], [standing(web), made(inner), made(data)]);

    expect(phasesOf(plan)).toEqual(IN_TURN);
    expect(argsOf(plan, 'service.web:set_aside')).toEqual({
      name: 'shop-web-1',
      id: 'id-of-shop-web-1',
      successor: 'shop-web-1',
    });
    expect(argsOf(plan, 'service.web:discard_aside')).toEqual({ name: 'shop-web-1', id: null, keep_image: true });
  });

  it('knows beforehand how to bring back what worked, with all that it had', () => {
    const before = {
      ...changed(changed(web, 'container', { restart: 'always' }), 'networking', {
        networks: { inner: { ...attachmentOf('web', ['shop']), ipv4_address: '10.0.0.9' } },
      }),
    };

    const plan = planFor([other(web), inner, data], [standing(before), made(inner), made(data)]);

    expect(argsOf(plan, 'service.web:restore')).toEqual({
      name: 'shop-web-1',
      id: 'id-of-shop-web-1',
      declared: 'shop-web-1',
      standing: ['shop-web-1', 'shop-web-1.next'],
      previous_address: 'service.web',
      endpoints: [
        { network: 'shop_inner', attachment: { ...attachmentOf('web', ['shop']), ipv4_address: '10.0.0.9' } },
      ],
      restart: 'always',
      starts: true,
    });
  });

  it.each([
    ['has done its work', 'completed', 'completed', false],
    ['was interrupted at its work', 'stopped', 'completed', true],
    ['ended by itself', 'failed', 'running', true],
    ['was stopped, perhaps by a run that died', 'stopped', 'running', true],
    ['is to be stopped', 'running', 'stopped', true],
    ['is stopped on purpose', 'stopped', 'stopped', false],
  ] as const)('brings back what %s as that', (_what, state, wanted, starts) => {
    const declared = { ...other(web), config: { ...other(web).config, run_state: wanted } };

    const plan = planFor([declared, inner, data], [standing(web, { state }), made(inner), made(data)]);

    expect(argsOf(plan, 'service.web:restore')['starts']).toBe(starts);
  });

  it('keeps no image that was never proved', () => {
    const declared = { ...other(web), config: { ...other(web).config, run_state: 'stopped' } };

    const plan = planFor([declared, inner, data], [standing(web), made(inner), made(data)]);

    expect(argsOf(plan, 'service.web:discard_aside')['keep_image']).toBe(false);
  });

  it('detaches what worked before a network that both use is made anew, and only then makes the successor', () => {
    const isolated = { ...inner, config: { ...inner.config, internal: true } };

    const plan = planFor([other(web), isolated, data], [withCache(standing(web)), made(inner), made(data)]);

    expect(phasesOf(plan)).toEqual([
      'service.web:stop [stop]',
      'service.web:set_aside [stop]',
      'network.inner:remove_network [remove]',
      'network.inner:create_network [prepare]',
      'service.web:create [prepare]',
      'service.web:start [start]',
      'service.web:service_healthy [gate]',
      'service.web:discard_aside [discard]',
      'service.web:restore [recover]',
      'service.web:service_healthy:2 [gate]',
    ]);
    expect(argsOf(plan, 'service.web:create')).toMatchObject({ name: 'shop-web-1', anonymous: { '/cache': 'c0ffee' } });
  });

  it('cannot keep what holds a volume that is made anew', () => {
    const driver = { ...data, config: { ...data.config, driver_opts: { type: 'tmpfs' } } };

    const plan = planFor([other(web), inner, driver], [standing(web), made(inner), made(data)]);

    expect(plan.steps.map(({ verb }) => verb)).not.toContain('set_aside');
    expect(plan.steps.map(({ verb }) => verb)).not.toContain('restore');
  });

  it('cannot keep what holds a volume that moves to another address', () => {
    const store = volume('store');
    const moved = container('web', { networks: ['inner'], volumes: ['store'], overrides: KEPT });

    const plan = planFor([moved, inner, store], [standing(web), made(inner), made(data)], {
      moved: [['volume.data', 'volume.store']],
    });

    expect(plan.steps.map(({ verb }) => verb)).not.toContain('set_aside');
  });

  it('keeps what holds a volume that is only removed, until after that has gone', () => {
    const alone = other(container('web', { networks: ['inner'], config: { health_check: HEALTHY }, overrides: KEPT }));

    const plan = planFor([alone, inner], [standing(web), made(inner), made(data)]);

    const ids = plan.steps.map(({ id }) => id);
    expect(ids).toContain('service.web:set_aside');
    expect(ids.indexOf('volume.data:remove_volume')).toBeGreaterThan(ids.indexOf('service.web:discard_aside'));
  });

  it('brings a service that gets another address back under its old name', () => {
    const front = container('front', { networks: ['inner'], volumes: ['data'], overrides: KEPT });

    const plan = planFor([front, inner, data], [standing(web), made(inner), made(data)], {
      moved: [['service.web', 'service.front']],
    });

    expect(argsOf(plan, 'service.web:set_aside')).toMatchObject({ name: 'shop-web-1', successor: 'shop-front-1' });
    expect(argsOf(plan, 'service.front:restore')).toMatchObject({
      name: 'shop-web-1',
      id: 'id-of-shop-web-1',
      declared: 'shop-front-1',
      standing: ['shop-front-1', 'shop-front-1.next', 'shop-web-1'],
      previous_address: 'service.web',
    });
  });

  it('is none where nothing worked before', () => {
    expect(phasesOf(planFor([other(web), inner, data], [made(inner), made(data)]))).toEqual([
      'service.web:create [prepare]',
      'service.web:start [start]',
      'service.web:service_healthy [gate]',
    ]);
  });
});

describe('a successor that can be in nobody’s way', () => {
  it('runs beside what it replaces, under no name but its own, until it has passed its gate', () => {
    const plan = planFor([other(api), inner], [standing(api), made(inner)]);

    expect(phasesOf(plan)).toEqual(BESIDE);
    const attachment = { ...attachmentOf('api'), aliases: [], nameless: true };
    expect(argsOf(plan, 'service.api:create')).toMatchObject({
      name: 'shop-api-1.next',
      final_name: 'shop-api-1',
      config: { networking: { networks: { inner: attachment } } },
    });
    expect(argsOf(plan, 'service.api:start')).toMatchObject({
      name: 'shop-api-1.next',
      endpoints: [{ network: 'shop_inner', attachment }],
    });
    expect(argsOf(plan, 'service.api:service_healthy')).toMatchObject({ name: 'shop-api-1.next' });
    expect(argsOf(plan, 'service.api:take_over')).toEqual({
      name: 'shop-api-1.next',
      id: null,
      to: 'shop-api-1',
      old: 'id-of-shop-api-1',
      endpoints: [{ network: 'shop_inner', attachment: attachmentOf('api') }],
    });
  });

  const bind = (path: string, mode: string): object => ({
    type: 'bind',
    volume: null,
    host_path: path,
    container_path: '/in',
    mode,
    content: null,
  });
  const volumeAt = (mode: string): object => ({ ...bind('', mode), type: 'volume', volume: 'data', host_path: null });
  const port = { '80/tcp': { host_port: 80, container_port: 80, protocol: 'tcp', host_ip: null } };
  const fixed = { networks: { inner: { ...attachmentOf('api'), ipv4_address: '10.0.0.9' } } };
  const mounting = (mount: object): object => ({ volumes: { '/in': mount } });

  it.each([
    ['a published port', 'networking', { ports: port }],
    ['a fixed address', 'networking', fixed],
    ['a host name', 'networking', { hostname: 'api' }],
    ['the network of the machine', 'networking', { networks: { host: attachmentOf('api') } }],
    ['a volume that it writes to', 'storage', mounting(volumeAt('rw'))],
    ['a folder that it writes to', 'storage', mounting(bind('/srv', 'rw'))],
  ] as const)('does not where it has %s', (_what, part, fields) => {
    const declared = changed(api, part, fields as never);

    const plan = planFor([other(declared), inner, data], [standing(declared), made(inner), made(data)]);

    expect(plan.steps.map(({ verb }) => verb)).toContain('set_aside');
  });

  it.each([
    ['only one of them has a port', 'networking', { ports: port }],
    ['only one of them has a fixed address', 'networking', fixed],
    ['one writes where the other reads', 'storage', mounting(bind('/srv', 'rw')), mounting(bind('/srv/in', 'ro'))],
  ] as const)('does not where %s', (_what, part, fields, before = {}) => {
    const old = changed(api, part, before as never);

    const plan = planFor(
      [changed(other(api), part, fields as never), inner, data],
      [standing(old), made(inner), made(data)],
    );

    expect(plan.steps.map(({ verb }) => verb)).toContain('set_aside');
  });

  it.each([
    ['both only read the same volume', mounting(volumeAt('ro')), mounting(volumeAt('ro'))],
    ['they write to different folders', mounting(bind('/srv/a', 'rw')), mounting(bind('/srv/ab', 'rw'))],
  ] as const)('does where %s', (_what, before, after) => {
    const [old, declared] = [changed(api, 'storage', before as never), changed(other(api), 'storage', after as never)];

    const plan = planFor([declared, inner, data], [standing(old), made(inner), made(data)]);

    expect(phasesOf(plan)).toEqual(BESIDE);
  });

  it.each([
    ['what it replaces does not run', standing(api, { state: 'stopped' })],
    ['a volume without a name goes along', withCache(standing(api))],
  ])('does not where %s', (_what, old) => {
    expect(planFor([other(api), inner], [old, made(inner)]).steps.map(({ verb }) => verb)).toContain('set_aside');
  });

  it.each([
    ['ends by itself', { run_state: 'completed' }],
    ['has something to do before it is stopped', { pre_stop: [{ command: ['drain'] }] }],
  ])('does not where it %s', (_what, config) => {
    const declared = { ...other(api), config: { ...other(api).config, ...config } };

    expect(planFor([declared, inner], [standing(api), made(inner)]).steps.map(({ verb }) => verb)).toContain(
      'set_aside',
    );
  });

  it('does not where what it replaces has something to do before it is stopped', () => {
    const draining = { ...api, config: { ...api.config, pre_stop: [{ command: ['drain'] }] } };

    const plan = planFor([other(api), inner], [standing(draining), made(inner)]);

    expect(plan.steps.map(({ verb }) => verb)).toContain('set_aside');
  });

  it('does not where a network is made anew', () => {
    const isolated = { ...inner, config: { ...inner.config, internal: true } };

    const plan = planFor([other(api), isolated], [standing(api), made(inner)]);

    expect(plan.steps.map(({ verb }) => verb)).toContain('set_aside');
  });
});

describe('what a run that died has set aside', () => {
  const failing = withCache(standing(web, { id: 'failing' }), 'fresh');
  const left = withCache(asideOf(web));
  const [neighbours, declared] = [
    [made(inner), made(data)],
    [inner, data],
  ];
  const end = [
    'service.web:service_healthy [gate]',
    'service.web:discard_aside [discard]',
    'service.web:restore [recover]',
    'service.web:service_healthy:2 [gate]',
  ];

  it('is discarded or restored once what stands in its place was looked at', () => {
    const plan = planFor([web, ...declared], [failing, left, ...neighbours]);

    expect(phasesOf(plan)).toEqual(end);
    expect(argsOf(plan, 'service.web:restore')).toMatchObject({
      name: 'shop-web-1',
      id: 'aside',
      endpoints: [{ network: 'shop_inner', attachment: attachmentOf('web') }],
      restart: 'no',
      starts: true,
    });
  });

  it('has its restart policy from what is declared, since its own was taken', () => {
    const always = changed(web, 'container', { restart: 'always' });

    const plan = planFor([always, ...declared], [standing(always, { id: 'failing' }), left, ...neighbours]);

    expect(argsOf(plan, 'service.web:restore')['restart']).toBe('always');
  });

  it('worked, and not what stands in its place, which is removed for the next one', () => {
    const plan = planFor([other(web), ...declared], [failing, left, ...neighbours]);

    expect(phasesOf(plan)).toEqual([
      'service.web:create [prepare]',
      'service.web:stop [stop]',
      'service.web:remove [remove]',
      'service.web:rename [alter]',
      'service.web:start [start]',
      ...end,
    ]);
    expect(argsOf(plan, 'service.web:create')['anonymous']).toEqual({ '/cache': 'c0ffee' });
    expect(argsOf(plan, 'service.web:remove')).toMatchObject({ id: 'failing', anonymous: null });
    expect(argsOf(plan, 'service.web:restore')['id']).toBe('aside');
  });

  it('hands its volumes on to what is made where nothing stands in its place', () => {
    const plan = planFor([web, ...declared], [left, ...neighbours]);

    expect(phasesOf(plan)).toEqual(['service.web:create [prepare]', 'service.web:start [start]', ...end]);
    expect(argsOf(plan, 'service.web:create')).toMatchObject({ name: 'shop-web-1', anonymous: { '/cache': 'c0ffee' } });
  });

  it('is wholly set aside first, where the run died before that', () => {
    const halfway = { ...left, configured: { ...left.configured, networking: web.config['networking'] ?? null } };

    const plan = planFor([web, ...declared], [halfway, ...neighbours]);

    expect(phasesOf(plan)[0]).toBe('service.web:set_aside [stop]');
    expect(argsOf(plan, 'service.web:set_aside')).toEqual({
      name: 'shop-web-1.aside-01run',
      id: 'aside',
      successor: 'shop-web-1',
    });
  });

  it('stays until what is changed in place in its stead has passed its gate', () => {
    const stopped = standing(web, { id: 'failing', state: 'created' });

    const plan = planFor([web, ...declared], [stopped, left, ...neighbours]);

    expect(phasesOf(plan)).toEqual(['service.web:start [start]', ...end]);
  });

  it('is taken down before anything starts in its stead, should the engine have brought it up again', () => {
    const revived = { ...standing(web, { name: left.name, id: 'aside' }), configured: left.configured };
    const next = standing(web, { id: 'new', state: 'created' });

    const plan = planFor([web, ...declared], [next, revived, ...neighbours]);

    expect(phasesOf(plan)).toEqual(['service.web:set_aside [stop]', 'service.web:start [start]', ...end]);
    expect(argsOf(plan, 'service.web:set_aside')).toEqual({ name: left.name, id: 'aside', successor: web.name });
  });

  it('goes on while what stands in its place runs, and has yet to pass its gate', () => {
    const revived = { ...standing(web, { name: left.name, id: 'aside' }), configured: left.configured };

    const plan = planFor([web, ...declared], [failing, revived, ...neighbours]);

    expect(phasesOf(plan)).toEqual(end);
  });

  it('waits while the service is stopped on purpose, since nothing proves what stands in its place', () => {
    const stopped = { ...web, config: { ...web.config, run_state: 'stopped' } };

    expect(phasesOf(planFor([stopped, ...declared], [failing, left, ...neighbours]))).toEqual([
      'service.web:stop [stop]',
    ]);
    const atRest = standing(web, { id: 'failing', state: 'stopped' });
    expect(planFor([stopped, ...declared], [atRest, left, ...neighbours]).changes).toEqual([]);
  });

  it('goes before a volume that it holds is made anew', () => {
    const driver = { ...data, config: { ...data.config, driver_opts: { type: 'tmpfs' } } };

    const plan = planFor([other(web), inner, driver], [failing, left, ...neighbours]);

    const ids = plan.steps.map(({ id }) => id);
    expect(plan.steps[0]).toMatchObject({ verb: 'discard_aside', phase: 'remove' });
    expect(ids.indexOf('volume.data:remove_volume')).toBeGreaterThan(0);
    expect(plan.steps.map(({ verb }) => verb)).not.toContain('restore');
  });

  it('is known by its name where its labels still say the address that its service had before', () => {
    const front = container('front', { networks: ['inner'], volumes: ['data'], overrides: KEPT });
    const moved = { ...left, name: 'shop-front-1.aside-01run' };

    const plan = planFor([front, ...declared], [moved, ...neighbours], { moved: [['service.web', 'service.front']] });

    expect(phasesOf(plan)).toEqual([
      'service.front:create [prepare]',
      'service.front:start [start]',
      'service.front:service_started [gate]',
      'service.front:discard_aside [discard]',
      'service.front:restore [recover]',
      'service.front:service_started:2 [gate]',
    ]);
    expect(argsOf(plan, 'service.front:create')['anonymous']).toEqual({ '/cache': 'c0ffee' });
    expect(argsOf(plan, 'service.front:restore')).toMatchObject({ id: 'aside', previous_address: 'service.web' });
  });

  it('goes along when its service is no longer declared, with the volumes that nobody else holds', () => {
    const plan = planFor(declared, [left, ...neighbours]);

    expect(plan.steps.map(({ id }) => id)).toEqual(['service.web:stop', 'service.web:remove']);
    expect(argsOf(plan, 'service.web:remove')).toMatchObject({
      name: 'shop-web-1.aside-01run',
      anonymous: { '/cache': 'c0ffee' },
    });
  });
});

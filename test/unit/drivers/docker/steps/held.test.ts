import { describe, expect, it } from 'vitest';
import { planText } from '../../../../support/planning.ts';
import { argsOf, attachmentOf, changed, container, made, network, planFor, volume } from './support.ts';

const web = container('web', { networks: ['inner'], volumes: ['data'] });
const [inner, data] = [network('inner'), volume('data')];
const shop = [web, inner, data];
const here = shop.map((resource) => made(resource));

describe('a network', () => {
  it('is made anew under containers that go on, each attached again with its whole endpoint', () => {
    const other = { ...inner, config: { ...inner.config, internal: true } };

    const plan = planFor([web, other, data], here);

    expect(planText(plan)).toBe(
      `
network.inner replace (replace_because_cannot_update, unknown)
  $['internal']: false → true [replace, unknown]
steps:
service.web:disconnect
network.inner:remove_network ← service.web:disconnect
network.inner:create_network ← network.inner:remove_network
service.web:connect ← network.inner:create_network`.trim(),
    );
    expect(argsOf(plan, 'service.web:disconnect')).toMatchObject({
      network: 'shop_inner',
      id: 'id-of-shop-web-1',
      is_remade: true,
    });
    expect(argsOf(plan, 'network.inner:remove_network')).toMatchObject({ id: 'id-of-shop_inner' });
    expect(argsOf(plan, 'service.web:connect')).toEqual({
      name: 'shop-web-1',
      id: 'id-of-shop-web-1',
      endpoint: { network: 'shop_inner', attachment: attachmentOf('web') },
      as_neighbour: true,
    });
  });

  it('is made anew under another name', () => {
    const plan = planFor([web, { ...inner, name: 'shop_backend' }, data], here);

    expect(planText(plan)).toBe(
      `
network.inner move (moved, unknown)
steps:
service.web:disconnect
network.inner:remove_network ← service.web:disconnect
network.inner:create_network ← network.inner:remove_network
service.web:connect ← network.inner:create_network`.trim(),
    );
    expect(argsOf(plan, 'service.web:connect')).toMatchObject({ endpoint: { network: 'shop_backend' } });
  });

  it('is made anew under another address and name, while its containers change over', () => {
    const backend = network('backend');
    const moved = {
      ...changed(web, 'networking', { networks: { backend: attachmentOf('web') } }),
      uses: [data.address, backend.address],
    };

    const plan = planFor([moved, backend, data], here, { moved: [['network.inner', 'network.backend']] });

    expect(planText(plan)).toBe(
      `
network.backend move (moved, git)
service.web update (differs, unknown)
  $['networking']['networks']['backend']: null → {"aliases":["web"],"ipv4_address":null,"ipv6_address":null} [in_place, unknown]
  $['networking']['networks']['inner']: {"aliases":["web"],"ipv4_address":null,"ipv6_address":null} → null [in_place, unknown]
steps:
service.web:disconnect
service.web:disconnect:2 ← service.web:disconnect
network.inner:remove_network ← service.web:disconnect, service.web:disconnect:2
network.backend:create_network ← network.inner:remove_network
service.web:connect ← network.backend:create_network, service.web:disconnect:2
service.web:connect:2 ← network.backend:create_network, service.web:connect, service.web:disconnect, service.web:disconnect:2`.trim(),
    );
  });

  it('stays as it is under a new key alone', () => {
    const backend = { ...network('backend'), name: 'shop_inner' };
    const moved = {
      ...changed(web, 'networking', { networks: { backend: attachmentOf('web') } }),
      uses: [data.address, backend.address],
    };

    expect(planText(planFor([moved, backend, data], here))).toBe('');
  });

  it('goes after those who leave it', () => {
    const alone = { ...changed(web, 'networking', { networks: { outer: attachmentOf('web') } }), uses: [data.address] };
    const outer = network('outer');

    const plan = planFor([alone, outer, data], [...here, made(outer)]);

    expect(planText(plan)).toBe(
      `
network.inner delete (delete_because_no_resource_config, unknown)
service.web update (differs, unknown)
  $['networking']['networks']['inner']: {"aliases":["web"],"ipv4_address":null,"ipv6_address":null} → null [in_place, unknown]
  $['networking']['networks']['outer']: null → {"aliases":["web"],"ipv4_address":null,"ipv6_address":null} [in_place, unknown]
steps:
service.web:disconnect
network.inner:remove_network ← service.web:disconnect
service.web:connect ← service.web:disconnect`.trim(),
    );
  });
});

describe('a volume', () => {
  it('is made anew together with the containers that hold it', () => {
    const other = { ...data, config: { ...data.config, driver_opts: { type: 'tmpfs' } } };

    const plan = planFor([web, inner, other], here);

    expect(planText(plan)).toBe(
      `
volume.data replace (replace_because_cannot_update, unknown)
  $['driver_opts']['type']: null → "tmpfs" [replace, unknown]
steps:
service.web:stop
service.web:remove ← service.web:stop
volume.data:remove_volume ← service.web:remove, service.web:stop
volume.data:create_volume ← volume.data:remove_volume
service.web:create ← volume.data:create_volume
service.web:start ← service.web:create, volume.data:create_volume
service.web:service_started ← service.web:create, service.web:start, service.web:stop`.trim(),
    );
    expect(argsOf(plan, 'service.web:stop')).toMatchObject({ remade_volume: 'shop_data' });
    expect(argsOf(plan, 'service.web:remove')).toMatchObject({ id: 'id-of-shop-web-1', anonymous: null });
  });

  it('is made anew under a container that was to be changed in place, which then has it all at once', () => {
    const other = { ...data, config: { ...data.config, driver_opts: { type: 'tmpfs' } } };
    const larger = changed(web, 'resource_limits', { memory_limit: '128MiB' });

    const plan = planFor([larger, inner, other], here);

    expect(planText(plan)).toBe(
      `
service.web update (differs, unknown)
  $['resource_limits']['memory_limit']: "64MiB" → "128MiB" [in_place, unknown]
volume.data replace (replace_because_cannot_update, unknown)
  $['driver_opts']['type']: null → "tmpfs" [replace, unknown]
steps:
service.web:stop
service.web:stop:2 ← service.web:stop
service.web:remove ← service.web:stop:2
volume.data:remove_volume ← service.web:remove, service.web:stop, service.web:stop:2
volume.data:create_volume ← volume.data:remove_volume
service.web:create ← volume.data:create_volume
service.web:start ← service.web:create, service.web:stop, volume.data:create_volume
service.web:service_started ← service.web:create, service.web:start, service.web:stop, service.web:stop:2`.trim(),
    );
    expect(argsOf(plan, 'service.web:create')).toMatchObject({
      config: { resource_limits: { memory_limit: '128MiB' } },
    });
  });

  it('is copied to its new name while nothing holds it, and goes once its copy is whole', () => {
    const plan = planFor([web, inner, { ...data, name: 'shop_store' }], here);

    expect(planText(plan)).toBe(
      `
volume.data move (moved, unknown)
steps:
service.web:stop
service.web:remove ← service.web:stop
volume.data:copy_volume ← service.web:remove, service.web:stop
volume.data:remove_volume ← service.web:remove, service.web:stop, volume.data:copy_volume
volume.data:settle_volume ← service.web:remove, service.web:stop, volume.data:remove_volume
service.web:create ← volume.data:settle_volume
service.web:start ← service.web:create, volume.data:settle_volume
service.web:service_started ← service.web:create, service.web:start, service.web:stop`.trim(),
    );
    expect(argsOf(plan, 'volume.data:copy_volume')).toMatchObject({
      name: 'shop_store',
      from: 'shop_data',
      to_address: 'volume.data',
    });
    expect(argsOf(plan, 'service.web:create')).toMatchObject({ volumes: { data: 'shop_store' } });
  });

  it('is copied while another container holds what is anonymous to those that held it', () => {
    const before = made(web);
    const details = { anonymous_volumes: { '/cache': 'c0ffee' } };

    const plan = planFor(
      [web, inner, { ...data, name: 'shop_store' }],
      [{ ...before, status: { ...before.status, details } }, made(inner), made(data)],
    );

    expect(plan.steps.map(({ id }) => id)).toEqual([
      'service.web:stop',
      'service.web:create',
      'service.web:remove',
      'volume.data:copy_volume',
      'volume.data:remove_volume',
      'volume.data:settle_volume',
      'service.web:create:2',
      'service.web:remove:2',
      'service.web:start',
      'service.web:service_started',
    ]);
    expect(argsOf(plan, 'service.web:create')).toMatchObject({
      name: 'shop-web-1.next',
      anonymous: { '/cache': 'c0ffee' },
    });
    expect(argsOf(plan, 'service.web:create:2')).toMatchObject({
      name: 'shop-web-1',
      anonymous: { '/cache': 'c0ffee' },
    });
    expect(argsOf(plan, 'service.web:remove:2')).toMatchObject({ name: 'shop-web-1.next', anonymous: {} });
  });

  it('is copied to its new address while nothing holds it', () => {
    const store = volume('store');
    const moved = { ...container('web', { networks: ['inner'], volumes: ['store'] }) };

    const plan = planFor([moved, inner, store], here, { moved: [['volume.data', 'volume.store']] });

    expect(planText(plan)).toBe(
      `
service.web replace (replace_because_cannot_update, unknown)
  $['storage']['volumes']['/data']: {"type":"volume","volume":"data","host_path":null,"container_path":"/data","mode":"rw","content":null} → null [replace, unknown]
  $['storage']['volumes']['/store']: null → {"type":"volume","volume":"store","host_path":null,"container_path":"/store","mode":"rw","content":null} [replace, unknown]
volume.store move (moved, git)
steps:
service.web:stop
service.web:remove ← service.web:stop
volume.data:copy_volume ← service.web:remove, service.web:stop
volume.data:remove_volume ← service.web:remove, service.web:stop, volume.data:copy_volume
volume.store:settle_volume ← volume.data:remove_volume
service.web:create ← service.web:remove, volume.store:settle_volume
service.web:start ← service.web:create, volume.store:settle_volume
service.web:service_started ← service.web:create, service.web:start, service.web:stop`.trim(),
    );
    expect(argsOf(plan, 'volume.data:copy_volume')).toMatchObject({ name: 'shop_store', to_address: 'volume.store' });
  });

  it('is copied after a container that moves with it has let go of it', () => {
    const store = volume('store');
    const front = container('front', { networks: ['inner'], volumes: ['store'] });

    const plan = planFor([front, inner, store], here, {
      moved: [
        ['volume.data', 'volume.store'],
        ['service.web', 'service.front'],
      ],
    });

    expect(planText(plan).split('steps:\n')[1]).toBe(
      `
service.web:stop
service.web:remove ← service.web:stop
volume.data:copy_volume ← service.web:remove, service.web:stop
volume.data:remove_volume ← service.web:remove, service.web:stop, volume.data:copy_volume
volume.store:settle_volume ← volume.data:remove_volume
service.front:create ← service.web:remove, volume.store:settle_volume
service.front:start ← service.front:create, volume.store:settle_volume
service.front:service_started ← service.front:create, service.front:start`.trim(),
    );
  });

  it('goes after those who held it, with what a move has left of it', () => {
    const plan = planFor([inner], here);

    expect(planText(plan)).toBe(
      `
service.web delete (delete_because_no_resource_config, unknown)
volume.data delete (delete_because_no_resource_config, unknown)
steps:
service.web:stop
service.web:remove ← service.web:stop
volume.data:remove_volume ← service.web:remove, service.web:stop`.trim(),
    );
    expect(argsOf(plan, 'volume.data:remove_volume')).toMatchObject({ name: 'shop_data', discard_copies: true });
  });
});

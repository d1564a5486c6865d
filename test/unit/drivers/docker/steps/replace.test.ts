import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../../../../../src/model/desired.ts';
import type { ObservedObject } from '../../../../../src/model/observed.ts';
import { HEALTHY, planText } from '../../../../support/planning.ts';
import { argsOf, changed, container, made, network, planFor, volume } from './support.ts';

const web = container('web', { networks: ['inner'], volumes: ['data'] });
const [inner, data] = [network('inner'), volume('data')];
const shop = [web, inner, data];
const replaced = [changed(web, 'container', { command: ['run', '--fast'] }), inner, data];

function withCache(resource: DesiredResource, overrides: Partial<ObservedObject> = {}): ObservedObject {
  const object = made(resource, overrides);
  return { ...object, status: { ...object.status, details: { anonymous_volumes: { '/cache': 'c0ffee' } } } };
}

describe('a container that is replaced', () => {
  it('has its successor made ahead of its stop, which takes its name once it is gone', () => {
    const plan = planFor(
      replaced,
      shop.map((resource) => made(resource)),
    );

    expect(planText(plan)).toBe(
      `
service.web replace (replace_because_cannot_update, unknown)
  $['container']['command']: ["run"] → ["run","--fast"] [replace, unknown]
steps:
service.web:create
service.web:stop ← service.web:create
service.web:remove ← service.web:stop
service.web:rename ← service.web:remove
service.web:start ← service.web:rename
service.web:service_started ← service.web:create, service.web:rename, service.web:start, service.web:stop`.trim(),
    );
    expect(argsOf(plan, 'service.web:create')).toMatchObject({ name: 'shop-web-1.next', final_name: 'shop-web-1' });
    expect(argsOf(plan, 'service.web:stop')).toMatchObject({ name: 'shop-web-1', id: 'id-of-shop-web-1' });
    expect(argsOf(plan, 'service.web:rename')).toMatchObject({ name: 'shop-web-1.next', to: 'shop-web-1' });
    expect(argsOf(plan, 'service.web:start')).toMatchObject({ name: 'shop-web-1', id: null });
  });

  it('hands its anonymous volumes on to its successor, and keeps them when it is removed', () => {
    const before = made(web);
    const details = { anonymous_volumes: { '/cache': 'c0ffee' } };
    const objects = [{ ...before, status: { ...before.status, details } }, made(inner), made(data)];

    const plan = planFor(replaced, objects);

    expect(argsOf(plan, 'service.web:create')['anonymous']).toEqual({ '/cache': 'c0ffee' });
    expect(argsOf(plan, 'service.web:remove')['anonymous']).toBeNull();
    expect(argsOf(planFor([inner, data], objects), 'service.web:remove')['anonymous']).toEqual({ '/cache': 'c0ffee' });
  });

  it('keeps its anonymous volumes when it goes for good, where its deletion policy says so', () => {
    const kept = container('web', { config: { deletion_policy: 'retain' } });
    const before = made(kept);
    const details = { anonymous_volumes: { '/cache': 'c0ffee' } };

    const plan = planFor([], [{ ...before, status: { ...before.status, details } }]);

    expect(argsOf(plan, 'service.web:remove')['anonymous']).toBeNull();
  });

  it('is down before its successor is made where a volume that it uses is made anew', () => {
    const other = { ...data, config: { ...data.config, driver_opts: { type: 'tmpfs' } } };
    const [replacedWeb = web] = replaced;

    const plan = planFor(
      [replacedWeb, inner, other],
      shop.map((resource) => made(resource)),
    );

    expect(planText(plan)).toBe(
      `
service.web replace (replace_because_cannot_update, unknown)
  $['container']['command']: ["run"] → ["run","--fast"] [replace, unknown]
volume.data replace (replace_because_cannot_update, unknown)
  $['driver_opts']['type']: null → "tmpfs" [replace, unknown]
steps:
service.web:stop
service.web:remove ← service.web:stop
volume.data:remove_volume ← service.web:remove, service.web:stop
volume.data:create_volume ← volume.data:remove_volume
service.web:create ← service.web:remove, volume.data:create_volume
service.web:start ← service.web:create, volume.data:create_volume
service.web:service_started ← service.web:create, service.web:start, service.web:stop`.trim(),
    );
  });

  it('is down before its successor is made where a network that it uses is made anew', () => {
    const other = { ...inner, config: { ...inner.config, internal: true } };
    const [replacedWeb = web] = replaced;

    const plan = planFor(
      [replacedWeb, other, data],
      shop.map((resource) => made(resource)),
    );

    expect(planText(plan)).toBe(
      `
network.inner replace (replace_because_cannot_update, unknown)
  $['internal']: false → true [replace, unknown]
service.web replace (replace_because_cannot_update, unknown)
  $['container']['command']: ["run"] → ["run","--fast"] [replace, unknown]
steps:
service.web:stop
service.web:remove ← service.web:stop
network.inner:remove_network ← service.web:remove, service.web:stop
network.inner:create_network ← network.inner:remove_network
service.web:create ← network.inner:create_network, service.web:remove
service.web:start ← network.inner:create_network, service.web:create
service.web:service_started ← service.web:create, service.web:start, service.web:stop`.trim(),
    );
  });

  it('leaves what a crash has made ahead of it to be removed, and keeps what that holds', () => {
    const before = made(web, { name: 'shop-web-1.next', id: 'successor' });
    const details = { anonymous_volumes: { '/cache': 'c0ffee' } };
    const leftover = { ...before, status: { ...before.status, run_state: 'created' as const, details } };

    const plan = planFor(shop, [...shop.map((resource) => made(resource)), leftover]);

    expect(planText(plan)).toBe(
      `
service.web delete (delete_because_left_over, unknown)
steps:
service.web:stop
service.web:remove ← service.web:stop`.trim(),
    );
    const meant = { name: 'shop-web-1.next', id: 'successor', spares: 'shop-web-1' };
    expect(argsOf(plan, 'service.web:stop')).toEqual(meant);
    expect(argsOf(plan, 'service.web:remove')).toEqual({ ...meant, anonymous: null });
  });

  it('takes its name after a crash that came before it could, and is started', () => {
    const successor = { ...made(web, { name: 'shop-web-1.next', id: 'successor' }) };
    const created = {
      ...successor,
      configured: { ...successor.configured, run_state: 'created' },
      status: { ...successor.status, run_state: 'created' as const },
    };

    const plan = planFor(shop, [created, made(inner), made(data)]);

    expect(planText(plan)).toBe(
      `
service.web move (moved, unknown)
  $['run_state']: "created" → "running" [in_place, unknown]
steps:
service.web:rename
service.web:start ← service.web:rename
service.web:service_started ← service.web:rename, service.web:start`.trim(),
    );
    expect(argsOf(plan, 'service.web:rename')).toEqual({
      name: 'shop-web-1.next',
      id: 'successor',
      to: 'shop-web-1',
    });
  });

  it('makes way by itself where it stands under the name of its successor', () => {
    const plan = planFor(replaced, [made(web, { name: 'shop-web-1.next', id: 'successor' }), made(inner), made(data)]);

    expect(planText(plan)).toBe(
      `
service.web replace (replace_because_cannot_update, unknown)
  $['container']['command']: ["run"] → ["run","--fast"] [replace, unknown]
steps:
service.web:create
service.web:stop ← service.web:create
service.web:remove ← service.web:stop
service.web:start ← service.web:remove
service.web:service_started ← service.web:create, service.web:start, service.web:stop`.trim(),
    );
  });

  it('leaves its anonymous volumes to one that holds them while a network that it uses is made anew', () => {
    const other = { ...inner, config: { ...inner.config, internal: true } };
    const [replacedWeb = web] = replaced;

    const plan = planFor([replacedWeb, other, data], [withCache(web), made(inner), made(data)]);

    expect(planText(plan).split('steps:\n')[1]).toBe(
      `
service.web:create
service.web:stop ← service.web:create
service.web:remove ← service.web:stop
network.inner:remove_network ← service.web:create, service.web:remove, service.web:stop
network.inner:create_network ← network.inner:remove_network
service.web:create:2 ← network.inner:create_network, service.web:remove
service.web:remove:2 ← network.inner:create_network, service.web:create:2
service.web:start ← network.inner:create_network, service.web:remove:2
service.web:service_started ← service.web:create, service.web:create:2, service.web:remove:2, service.web:start, service.web:stop`.trim(),
    );
    expect(argsOf(plan, 'service.web:create')).toMatchObject({
      name: 'shop-web-1.next',
      config: { storage: { volumes: { '/cache': { type: 'volume', volume: null } } } },
      networks: {},
      volumes: {},
      anonymous: { '/cache': 'c0ffee' },
    });
    expect(argsOf(plan, 'service.web:create:2')).toMatchObject({
      name: 'shop-web-1',
      anonymous: { '/cache': 'c0ffee' },
    });
    expect(argsOf(plan, 'service.web:remove:2')).toEqual({ name: 'shop-web-1.next', id: null, anonymous: {} });
  });

  it('has its anonymous volumes from the one that holds them, where making a network anew has failed', () => {
    const holder = withCache(container('web'), { name: 'shop-web-1.next', id: 'holder' });

    const plan = planFor(shop, [holder, made(data)]);

    expect(planText(plan).split('steps:\n')[1]).toBe(
      `
network.inner:create_network
service.web:create ← network.inner:create_network
service.web:stop ← service.web:create
service.web:remove ← service.web:stop
service.web:start ← network.inner:create_network, service.web:remove
service.web:service_started ← service.web:create, service.web:start, service.web:stop`.trim(),
    );
    expect(argsOf(plan, 'service.web:create')).toMatchObject({
      name: 'shop-web-1',
      anonymous: { '/cache': 'c0ffee' },
    });
    expect(argsOf(plan, 'service.web:remove')).toEqual({ name: 'shop-web-1.next', id: 'holder', anonymous: null });
  });
});

describe('a container that moves', () => {
  it('is renamed in place under another name', () => {
    const plan = planFor(
      [{ ...web, name: 'storefront' }, inner, data],
      shop.map((resource) => made(resource)),
    );

    expect(planText(plan)).toBe(
      `
service.web move (moved, unknown)
steps:
service.web:rename`.trim(),
    );
  });

  it('is replaced under another address, since its labels stay what they are', () => {
    const front = container('front', { networks: ['inner'], volumes: ['data'] });

    const plan = planFor(
      [front, inner, data],
      shop.map((resource) => made(resource)),
      {
        moved: [['service.web', 'service.front']],
      },
    );

    expect(planText(plan)).toBe(
      `
service.front move (moved, git)
  $['networking']['networks']['inner']['aliases']: ["web"] → ["front"] [in_place, unknown]
steps:
service.front:create
service.web:stop ← service.front:create
service.web:remove ← service.web:stop
service.front:rename ← service.web:remove
service.front:start ← service.front:rename
service.front:service_started ← service.front:create, service.front:rename, service.front:start`.trim(),
    );
    expect(argsOf(plan, 'service.web:stop')).toMatchObject({ name: 'shop-web-1', id: 'id-of-shop-web-1' });
  });
});

describe('a container behind a gate', () => {
  it('is made ahead, and its predecessor is stopped only once the gate is open', () => {
    const db = container('db', { config: { health_check: HEALTHY } });
    const dependencies = [
      { address: db.address, condition: 'service_healthy', restart: false, criticality: 'required' } as const,
    ];
    const [replacedWeb = web] = replaced;

    const plan = planFor(
      [{ ...replacedWeb, dependencies }, changed(db, 'container', { command: ['db'] }), inner, data],
      [...shop, db].map((resource) => made(resource)),
    );

    expect(planText(plan).split('steps:\n')[1]).toBe(
      `
service.db:create
service.web:create
service.db:stop ← service.db:create
service.db:remove ← service.db:stop
service.db:rename ← service.db:remove
service.db:start ← service.db:rename
service.db:service_healthy ← service.db:create, service.db:rename, service.db:start, service.db:stop
service.web:stop ← service.db:service_healthy, service.web:create
service.web:remove ← service.web:stop
service.web:rename ← service.web:remove
service.web:start ← service.db:service_healthy, service.web:rename
service.web:service_started ← service.web:create, service.web:rename, service.web:start, service.web:stop`.trim(),
    );
  });
});

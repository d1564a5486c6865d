import { describe, expect, it } from 'vitest';
import { inState, planText } from '../../../../support/planning.ts';
import { argsOf, attachmentOf, changed, container, made, network, planFor, volume } from './support.ts';

const web = container('web', { networks: ['inner'], volumes: ['data'] });
const [inner, data] = [network('inner'), volume('data')];
const shop = [web, inner, data];

describe('a container that changes in place', () => {
  it('gets other limits and another restart policy in one call', () => {
    const plan = planFor(
      [
        changed(changed(web, 'container', { restart: 'always' }), 'resource_limits', { memory_limit: '128MiB' }),
        inner,
        data,
      ],
      shop.map((resource) => made(resource)),
    );

    expect(planText(plan)).toBe(
      `
service.web update (differs, unknown)
  $['container']['restart']: "no" → "always" [in_place, unknown]
  $['resource_limits']['memory_limit']: "64MiB" → "128MiB" [in_place, unknown]
steps:
service.web:update`.trim(),
    );
    expect(argsOf(plan, 'service.web:update')).toMatchObject({
      paths: ["$['container']['restart']", "$['resource_limits']['memory_limit']"],
      config: { container: { restart: 'always' }, resource_limits: { memory_limit: '128MiB' } },
    });
  });

  it('leaves one network before it joins another', () => {
    const networks = { outer: attachmentOf('web', ['alias']) };
    const moved = { ...changed(web, 'networking', { networks }), uses: data.uses };
    const outer = network('outer');

    const plan = planFor(
      [moved, inner, outer, data],
      [...shop, outer].map((resource) => made(resource)),
    );

    expect(planText(plan)).toBe(
      `
service.web update (differs, unknown)
  $['networking']['networks']['inner']: {"aliases":["web"],"ipv4_address":null,"ipv6_address":null} → null [in_place, unknown]
  $['networking']['networks']['outer']: null → {"aliases":["web","alias"],"ipv4_address":null,"ipv6_address":null} [in_place, unknown]
steps:
service.web:disconnect
service.web:connect ← service.web:disconnect`.trim(),
    );
    expect(argsOf(plan, 'service.web:disconnect')).toMatchObject({ network: 'shop_inner', id: 'id-of-shop-web-1' });
    expect(argsOf(plan, 'service.web:connect')).toMatchObject({
      endpoint: { network: 'shop_outer', attachment: attachmentOf('web', ['alias']) },
    });
  });

  it('is started, resumed or stopped', () => {
    const stopped = { ...web, config: { ...web.config, run_state: 'stopped' } };
    const used = [made(inner), made(data)];
    const texts = [
      planFor(shop, [inState(web, 'failed'), ...used]),
      planFor(shop, [inState(web, 'paused'), ...used]),
      planFor([stopped, inner, data], [made(web), ...used]),
    ].map((plan) => planText(plan).split('steps:\n')[1]);

    expect(texts.join('\n\n')).toBe(
      `
service.web:start
service.web:service_started ← service.web:start

service.web:resume
service.web:service_started ← service.web:resume

service.web:stop`.trim(),
    );
  });

  it('is restarted as it is by request', () => {
    const plan = planFor(shop, undefined, { restart: new Set(['service.web']) });

    expect(planText(plan)).toBe(
      `
service.web restart (restart_by_request, git)
steps:
service.web:stop
service.web:start ← service.web:stop
service.web:service_started ← service.web:start, service.web:stop`.trim(),
    );
  });

  it('is told of a changed file by its signal, and that is noted after', () => {
    const plan = planFor([mounting('signal:SIGHUP', 'new')], [made(mounting('signal:SIGHUP', 'old'))]);

    expect(planText(plan)).toBe(
      `
service.web update (differs, unknown)
  $['storage']['volumes']['/etc/app.conf']['content']: "old" → "new" [in_place, unknown]
steps:
service.web:signal
service.web:note ← service.web:signal`.trim(),
    );
    expect(argsOf(plan, 'service.web:signal')).toMatchObject({ signal: 'SIGHUP' });
    expect(argsOf(plan, 'service.web:note')).toMatchObject({ content: { '/etc/app.conf': 'new' } });
  });

  it('is restarted for a changed file, and that is noted while it is down', () => {
    const plan = planFor([mounting('restart', 'new')], [made(mounting('restart', 'old'))]);

    expect(planText(plan)).toBe(
      `
service.web restart (differs, unknown)
  $['storage']['volumes']['/etc/app.conf']['content']: "old" → "new" [restart, unknown]
steps:
service.web:stop
service.web:note ← service.web:stop
service.web:start ← service.web:note
service.web:service_started ← service.web:note, service.web:start, service.web:stop`.trim(),
    );
  });

  it('is left alone by a changed file that is only reported', () => {
    const plan = planFor([mounting('report', 'new')], [made(mounting('report', 'old'))]);

    expect(planText(plan)).toBe(
      `
service.web update (differs, unknown)
  $['storage']['volumes']['/etc/app.conf']['content']: "old" → "new" [in_place, unknown]
steps:
service.web:note`.trim(),
    );
  });
});

function mounting(watch: string, content: string): typeof web {
  const mount = { type: 'bind', volume: null, host_path: '/srv/app.conf', container_path: '/etc/app.conf', mode: 'ro' };
  const volumes = { '/etc/app.conf': { ...mount, watch_content: watch, content } };
  return changed(container('web'), 'storage', { volumes });
}

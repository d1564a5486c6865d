import { describe, expect, it } from 'vitest';
import { planText } from '../../../../support/planning.ts';
import { argsOf, attachmentOf, container, made, network, planFor, volume } from './support.ts';

const web = container('web', { networks: ['inner'], volumes: ['data'] });
const [inner, data] = [network('inner'), volume('data')];
const shop = [web, inner, data];

describe('a container', () => {
  it('is made once all that it uses is there, and then started', () => {
    const plan = planFor(shop, []);

    expect(planText(plan)).toBe(
      `
network.inner create (missing, git)
service.web create (missing, git)
volume.data create (missing, git)
steps:
network.inner:create_network
volume.data:create_volume
service.web:create ← network.inner:create_network, volume.data:create_volume
service.web:start ← network.inner:create_network, service.web:create, volume.data:create_volume
service.web:service_started ← service.web:create, service.web:start`.trim(),
    );
  });

  it('is made with the physical names of what it uses, and without its run state', () => {
    const plan = planFor(shop, []);

    expect(argsOf(plan, 'service.web:create')).toMatchObject({
      name: 'shop-web-1',
      id: null,
      final_name: 'shop-web-1',
      networks: { inner: 'shop_inner' },
      volumes: { data: 'shop_data' },
      anonymous: {},
    });
    expect(argsOf(plan, 'service.web:create')['config']).not.toHaveProperty('run_state');
    expect(argsOf(plan, 'service.web:start')).toMatchObject({
      endpoints: [{ network: 'shop_inner', attachment: attachmentOf('web') }],
      as_neighbour: false,
    });
  });

  it('is made and not started where it is to be stopped', () => {
    const plan = planFor([container('web', { config: { run_state: 'stopped' } })], []);

    expect(planText(plan)).toBe(
      `
service.web create (missing, git)
steps:
service.web:create`.trim(),
    );
  });

  it('is removed after it was stopped, and before what it uses goes', () => {
    const plan = planFor(
      [],
      shop.map((resource) => made(resource)),
    );

    expect(planText(plan)).toBe(
      `
network.inner delete (delete_because_no_resource_config, unknown)
service.web delete (delete_because_no_resource_config, unknown)
volume.data delete (delete_because_no_resource_config, unknown)
steps:
service.web:stop
service.web:remove ← service.web:stop
network.inner:remove_network ← service.web:remove, service.web:stop
volume.data:remove_volume ← service.web:remove, service.web:stop`.trim(),
    );
  });
});

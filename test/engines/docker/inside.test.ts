import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { dialled } from '../../../src/drivers/dialled.ts';
import { dockerDriver } from '../../../src/drivers/docker/index.ts';
import type { Driver } from '../../../src/drivers/driver.ts';
import type { ConnectTarget } from '../../../src/drivers/reach.ts';
import { dockerRepo } from '../../support/docker/docker-repo.ts';
import { flowsOf } from '../../support/flows.ts';
import { MANIFEST } from '../../support/shop.ts';
import { simulatedDriver } from '../../support/simulated/driver.ts';
import { simulatedEngine } from '../../support/simulated/engine.ts';

const SHOP = `name: local
project: shop
engines:
  host: { driver: libvirt }
  inner: { driver: docker, vm: builder, socket: /run/engine.sock }
  docker: { host: "unix:///nonexistent/docker.sock" }
vms: { builder: { engine: host, cpus: 1, memory: 128MiB } }
services:
  web:
    engine: inner
    container: { image: 'busybox:1', command: [sleep, '1000'], init: true, stop_grace_period: 1s }
    health_check: { test: [CMD, test, -d, /proc], interval: 10s, timeout: 10s }
`;

it('speaks to an engine in a machine over nothing but the way that leads there', async () => {
  await using repo = await dockerRepo({ [MANIFEST]: SHOP });
  const socket = repo.engine.host.replace('unix://', '');
  const host = simulatedEngine({ name: 'host' });
  const dialledTo: ConnectTarget[] = [];
  let isClosed = true;
  const machines = simulatedDriver(host);
  const outer: Driver = {
    ...machines,
    async actuator(declaration) {
      const actuator = await machines.actuator(declaration);
      return Object.assign(actuator, {
        connect: async (_object: unknown, target: ConnectTarget) => {
          dialledTo.push(target);
          isClosed = false;
          return Promise.resolve(connect({ path: socket }));
        },
        close: async () => {
          isClosed = true;
          return Promise.resolve();
        },
      });
    },
  };
  const drivers = dialled({
    names: ['docker', 'libvirt'],
    load: (name) => Promise.resolve(name === 'docker' ? dockerDriver : name === 'libvirt' ? outer : null),
  });
  const flows = flowsOf(repo, drivers);

  const made = await flows.apply();

  // What the engine turns out to have already is not pulled.
  expect(made.steps.flatMap(({ id, status }) => (status === 'done' ? [] : [`${id} ${status}`]))).toEqual([
    'image.busybox:1:pull not_needed',
  ]);
  expect(made).toMatchObject({ status: 'succeeded' });
  expect(await repo.docker('inspect', '--format', '{{.State.Running}}', 'shop-web-1')).toBe('true');
  expect(await flows.plan()).toBe('');
  expect(new Set(dialledTo.map((target) => JSON.stringify(target)))).toEqual(new Set(['{"path":"/run/engine.sock"}']));
  expect(isClosed).toBe(true);

  const gone = await flows.apply({ mode: 'destroy', destroyData: true });

  expect(gone).toMatchObject({ status: 'succeeded' });
  expect(host.objects.all()).toEqual([]);
  expect(await repo.docker('ps', '--all', '--quiet')).toBe('');
});

import { describe, expect, it } from 'vitest';
import { dockerModel } from '../../../src/drivers/docker/model.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { ObservedObject } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { desired, environment } from '../../support/builders.ts';
import { inState, observed, planOf, recordedOf, service, volume } from '../../support/planning.ts';

const PORT: JsonObject = { ports: { '8080/tcp': { host_port: 8080, container_port: 80, protocol: 'tcp' } } };
const DB_PORT: JsonObject = { ports: { '5432/tcp': { host_port: 5432, container_port: 5432, protocol: 'tcp' } } };

const db = service('db', { config: { networking: DB_PORT } });
const api = service('api', { needs: { db: { restart: true } } });
const web = service('web', { needs: { api: { restart: true } }, config: { networking: PORT } });
const calm = service('calm', { needs: { db: {} } });

const OLD: JsonObject = { process: { command: ['old'], cwd: '/srv', restart: 'no' } };

/** One line a change: what it does to whom. */
function impacts({ changes }: Plan): readonly string[] {
  return changes.map(({ address, action, impact }) => {
    const lists = [impact.restarts, impact.reconnects, impact.ports_dropped, impact.data_at_risk].map((list) =>
      list.join(),
    );
    const flags = [impact.connections_dropped, impact.downtime, impact.data_loss].map(Number);
    return [address, action, ...lists.map((list) => `[${list}]`), flags.join('')].join(' ');
  });
}

describe('the impact of a change: [restarts] [reconnects] [ports] [data] connections, downtime, loss', () => {
  it('names whoever restarts along with it, at whatever remove, and the ports of all of them', () => {
    const resources = [api, calm, db, web];
    const objects = resources.map((one) =>
      one === db ? { ...observed(db), configured: { ...db.config, ...OLD } } : observed(one),
    );

    expect(impacts(planOf(resources, { objects, recorded: recordedOf(resources) }))).toEqual([
      'service.api restart [service.api,service.web] [] [8080/tcp] [] 110',
      'service.db restart [service.db,service.api,service.web] [] [5432/tcp,8080/tcp] [] 110',
      'service.web restart [service.web] [] [8080/tcp] [] 110',
    ]);
  });

  it('of what comes up anew is nothing of its own, and the restart of who waits for it', () => {
    const resources = [api, db];

    expect(impacts(planOf(resources, { objects: [observed(api)], recorded: recordedOf(resources) }))).toEqual([
      'service.api restart [service.api] [] [] [] 110',
      'service.db create [service.api] [] [] [] 110',
    ]);
  });

  it('of what does not run is nothing', () => {
    const stopped = inState(db, 'created');

    expect(
      impacts(planOf([db], { objects: [stopped], recorded: recordedOf([db]) }, { replace: new Set([db.address]) })),
    ).toEqual(['service.db replace [] [] [] [] 000']);
  });

  it('of an end names the ports that go, and of a volume the data', () => {
    const data = volume('data', { config: { labels: {}, protect: false, deletion_policy: 'delete' } });

    expect(impacts(planOf([], { objects: [observed(db), observed(data)], recorded: recordedOf([db, data]) }))).toEqual([
      'service.db delete [] [] [5432/tcp] [] 110',
      'volume.data delete [] [] [] [volume.data] 001',
    ]);
  });

  it('of a network that is made anew names who is taken off it and put back', () => {
    const network = desired('default', {
      type: 'network',
      engine: 'docker',
      name: 'shop_default',
      config: { driver: 'bridge', driver_opts: {}, internal: false, attachable: false, ipam: {}, labels: {} },
    });
    const member = desired('web', {
      engine: 'docker',
      config: {
        container: { image: 'app:1' },
        networking: { ...PORT, networks: { default: { aliases: ['web'] } } },
        run_state: 'running',
      },
      uses: [network.address],
    });
    const inside = { ...observed(network), configured: { ...network.config, internal: true } };
    const declared = environment([network, member], {
      engines: { docker: { name: 'docker', driver: 'docker', settings: {} } },
    });
    const facts = { kind: 'docker', version: '28.0.0' };
    const plan = planOf(
      [],
      { recorded: recordedOf([network, member]) },
      {
        environment: declared,
        models: new Map([['docker', dockerModel]]),
        observations: new Map([
          ['docker', { status: 'known', engine: 'docker', facts, objects: [inside, observed(member)] }],
        ]),
      },
    );

    expect(impacts(plan)).toEqual(['network.default replace [] [service.web] [8080/tcp] [] 100']);
  });

  describe('of a new name', () => {
    const named = desired('web', { engine: 'docker', config: { ...web.config, container: { image: 'web:1' } } });
    const alone = { ...named, dependencies: [] };
    const cases: readonly (readonly [string, Partial<ObservedObject>, readonly string[]])[] = [
      ['alone is nothing, since it runs on', {}, ['service.web move [] [] [] [] 000']],
      [
        'that comes with what takes a restart is that of the restart',
        { configured: { ...alone.config, container: { image: 'web:0' } } },
        ['service.web replace [service.web] [] [8080/tcp] [] 110'],
      ],
    ];

    it.each(cases)('%s', (_what, overrides, expected) => {
      const declared = environment([alone], {
        engines: { docker: { name: 'docker', driver: 'docker', settings: {} } },
      });
      const facts = { kind: 'docker', version: '28.0.0' };
      const objects = [observed(alone, { name: 'by-hand', ...overrides })];
      const plan = planOf(
        [],
        { recorded: recordedOf([alone]) },
        {
          environment: declared,
          models: new Map([['docker', dockerModel]]),
          observations: new Map([['docker', { status: 'known', engine: 'docker', facts, objects }]]),
        },
      );

      expect(impacts(plan)).toEqual(expected);
    });

    it('on an engine that makes it anew for that is that of a restart', () => {
      const plan = planOf([web], { objects: [observed(web, { name: 'by-hand' })], recorded: recordedOf([web]) });

      expect(impacts(plan)).toEqual(['service.web move [service.web] [] [8080/tcp] [] 110']);
    });
  });
});

import { describe, expect, it } from 'vitest';
import type { Observer } from '../../../src/drivers/driver.ts';
import { lookInside } from '../../../src/flow/filesystems.ts';
import type { Observation, ObservedObject } from '../../../src/model/observed.ts';
import { desired, environment } from '../../support/builders.ts';
import { observed } from '../../support/planning.ts';

const NEVER = new AbortController().signal;

function object(key: string, owner = 'me', suffix = ''): ObservedObject {
  const resource = desired(key, { engine: 'docker' });
  const { ownership } = observed(resource);
  if (ownership === null) throw new Error('it is to be ours');
  return observed(resource, {
    name: `${resource.name}${suffix}`,
    id: `id-${key}${suffix}`,
    ownership: { ...ownership, owner },
  });
}

function known(engine: string, objects: readonly ObservedObject[]): Observation {
  return { status: 'known', engine, facts: null, objects };
}

function observer(filesystemChanges?: Observer['filesystemChanges']): Observer {
  async function* nothing(): AsyncGenerator<never> {}
  const observe: Observer['observe'] = () => Promise.reject(new Error('not asked'));
  const base: Observer = { observe, events: nothing, logs: nothing, close: () => Promise.resolve() };
  return filesystemChanges === undefined ? base : { ...base, filesystemChanges };
}

const SCOPE = { owners: ['me'], project: 'shop', environment: 'local', names: {} };

const DECLARED = environment([
  desired('web', { engine: 'docker' }),
  desired('db', { engine: 'docker' }),
  desired('gone', { engine: 'docker' }),
  desired('other', { engine: 'docker' }),
  desired('given', { engine: 'docker', external: true }),
  desired('data', { engine: 'docker', type: 'volume' }),
  desired('tool'),
  desired('far', { engine: 'down' }),
]);

function seenBy(docker: Observer): Parameters<typeof lookInside>[1] {
  const engine = (name: string, one: Observer) =>
    [name, { declaration: { name, driver: name, settings: {} }, observer: one, scope: SCOPE }] as const;
  return {
    environment: DECLARED,
    observations: {
      engines: new Map([engine('docker', docker), engine('process', observer()), engine('down', docker)]),
      observations: new Map([
        [
          'docker',
          known('docker', [
            object('web'),
            object('web', 'me', '-copy'),
            object('db'),
            object('other', 'kim'),
            object('given'),
          ]),
        ],
        ['process', known('process', [object('tool')])],
        ['down', { status: 'unreachable', engine: 'down', error: 'no', provided_by: null }],
      ]),
    },
  };
}

describe('a look into the own files of services', () => {
  it('asks for what is declared, there and ours, and names the engines that cannot tell', async () => {
    const asked: string[] = [];
    const docker = observer(async (id) => {
      asked.push(id);
      return [{ path: `/${id}`, change: 'added' }];
    });

    const found = await lookInside({ owners: ['me'] }, seenBy(docker), [], NEVER);

    expect(asked).toEqual(['id-web', 'id-db']);
    expect(found).toEqual({
      changes: [
        { address: 'service.db', path: '/id-db', change: 'added' },
        { address: 'service.web', path: '/id-web', change: 'added' },
      ],
      omitted: [],
      unseen: [{ engine: 'process', reason: 'cannot_tell' }],
    });
  });

  it('goes on behind a service of which the engine does not answer, says so, and asks for no other than is wanted', async () => {
    const docker = observer(async (id) => (id === 'id-web' ? null : [{ path: '/x', change: 'deleted' }]));

    const found = await lookInside({ owners: ['me'] }, seenBy(docker), ['service.web', 'service.db'], NEVER);

    expect(found).toEqual({
      changes: [{ address: 'service.db', path: '/x', change: 'deleted' }],
      omitted: [],
      unseen: [{ engine: 'docker', reason: 'no_answer' }],
    });
  });
});

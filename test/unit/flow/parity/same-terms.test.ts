import { describe, expect, it } from 'vitest';
import { dockerDriver } from '../../../../src/drivers/docker/index.ts';
import { processDriver } from '../../../../src/drivers/process/index.ts';
import { declaredParts } from '../../../../src/flow/parity/declared-parts.ts';
import { observedParts } from '../../../../src/flow/parity/observed-parts.ts';
import { inSameTerms } from '../../../../src/flow/parity/same-terms.ts';
import type { SideParts } from '../../../../src/flow/parity/side-parts.ts';
import type { DesiredEnvironment, DesiredResource } from '../../../../src/model/desired.ts';
import { fieldPath } from '../../../../src/model/field-path.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import type { SavedObservation } from '../../../../src/model/observation.ts';
import type { Observation, ObservedObject } from '../../../../src/model/observed.ts';
import type { ComparisonMode, ParitySide } from '../../../../src/model/parity.ts';
import { unresolvedSecret } from '../../../../src/model/secret.ts';
import { environment, source } from '../../../support/builders.ts';
import { observed, recordedOf, service, volume } from '../../../support/planning.ts';

const ROOT = '/home/me/shop';

const OWNER = observed(service('web')).ownership?.owner ?? '';

const MODELS = new Map([
  ['process', processDriver.model],
  ['docker', dockerDriver.model],
]);

function observation(
  objects: readonly ObservedObject[],
  recorded: readonly DesiredResource[] = [],
  overrides: Partial<SavedObservation> = {},
): SavedObservation {
  const facts = { kind: 'process', version: '1' };
  return {
    format_version: '1.0',
    kind: 'observation',
    environment: 'local',
    project: 'shop',
    observed_at: '2026-01-31T10:00:00.000Z',
    root: ROOT,
    owners: [OWNER],
    engines: [{ driver: 'process', observation: { status: 'known', engine: 'process', facts, objects } }],
    recorded: { resources: recordedOf(recorded).resources, stopped: [] },
    owed_restarts: [],
    frozen: [],
    ...overrides,
  };
}

function parts(saved: SavedObservation, declared: DesiredEnvironment | null): SideParts {
  return observedParts({
    observation: saved,
    label: 'seen',
    declared,
    folder: declared?.folder ?? 'environments/local',
    models: MODELS,
  });
}

function sides(source: SideParts, target: SideParts, mode: ComparisonMode = 'semantic'): readonly ParitySide[] {
  const same = inSameTerms({ source, target, mode, models: MODELS });
  return [same.source, same.target];
}

function configs(all: readonly ParitySide[], address: DesiredResource['address']): readonly (JsonObject | undefined)[] {
  return all.map(({ resources }) => resources.get(address)?.config);
}

describe('two sides of a parity', () => {
  it('have paths of the repo relative to it, whatever checkout they come from', () => {
    const at = (root: string, cwd: string): SideParts => {
      const web = service('web', { config: { process: { command: ['a'], cwd: `${root}${cwd}`, restart: 'no' } } });
      return declaredParts(environment([web]), 'local', root);
    };
    const [here, there] = configs(sides(at('/a', '/app'), at('/b/c', '/app')), 'service.web');

    expect(here).toMatchObject({ process: { cwd: './app' } });
    expect(there).toEqual(here);
    const [outside] = configs(sides(at('/a', '/../srv'), at('/a', '/app')), 'service.web');
    expect(outside).toMatchObject({ process: { cwd: '/a/../srv' } });
  });

  it('say nothing of a process that runs in the folder of its own environment', () => {
    const web = service('web', {
      config: { process: { command: ['a'], cwd: '/a/environments/local', restart: 'no' } },
    });
    const [config] = configs(
      sides(declaredParts(environment([web]), 'local', '/a'), parts(observation([]), null)),
      'service.web',
    );

    expect(config).toMatchObject({ process: { command: ['a'], restart: 'no' } });
    expect(config?.['process']).not.toHaveProperty('cwd');
  });

  it('leave out of a manifest what an engine cannot read back, and whether it is to run', () => {
    const web = service('web', { config: { unheard: 'of' } });

    const same = sides(
      declaredParts(environment([web]), 'local', ROOT),
      parts(observation([observed(web)], [web]), null),
    );

    const [declared, seen] = configs(same, 'service.web');
    expect(declared).toEqual(seen);
    expect(declared).not.toHaveProperty('unheard');
    expect(declared).not.toHaveProperty('run_state');
    const [whole] = configs(
      sides(declaredParts(environment([web]), 'a', ROOT), declaredParts(environment([web]), 'b', ROOT)),
      'service.web',
    );
    expect({ ...whole, dependencies: {} }).toEqual(web.config);
  });

  it('leave out defaults that nobody set, but where the other side says the same', () => {
    const web = service('web', { config: { environment_variables: { PATH: '/bin', LANG: 'C', A: '1' } } });
    const object = observed(web, { defaults: { environment_variables: { PATH: '/bin', LANG: 'C' } } });
    const plain = service('web', { config: { environment_variables: { LANG: 'C', A: '1' } } });

    const [declared, seen] = configs(
      sides(declaredParts(environment([plain]), 'local', ROOT), parts(observation([object]), null)),
      'service.web',
    );

    expect(declared).toMatchObject({ environment_variables: { LANG: 'C', A: '1' } });
    expect(seen).toEqual(declared);
  });

  it('leave out what the engine chose by itself, but where the manifests ask for it', () => {
    const pool = { '10.1.0.0/24': { subnet: '10.1.0.0/24', gateway: '10.1.0.1', ip_range: null } };
    const network = (config: JsonObject): DesiredResource =>
      volume('net', {
        type: 'network',
        address: 'network.net',
        engine: 'docker',
        config: { driver: 'bridge', ...config },
      });
    const live = (declared: DesiredResource): SideParts => {
      const object = observed(declared, {
        configured: { driver: 'bridge', ipam: { driver: 'default', config: pool } },
      });
      const facts = { kind: 'docker', version: '27' };
      const engines = [
        { driver: 'docker', observation: { status: 'known', engine: 'docker', facts, objects: [object] } as const },
      ];
      return parts(observation([], [], { engines }), environment([declared]));
    };
    const none = declaredParts(environment([]), 'none', ROOT);

    const [chosen] = configs(sides(live(network({})), none), 'network.net');
    const [asked] = configs(sides(live(network({ ipam: { config: pool } })), none), 'network.net');

    expect(chosen?.['ipam']).toEqual({ driver: 'default', config: {} });
    expect(asked?.['ipam']).toEqual({ driver: 'default', config: pool });
  });

  it('know secrets by what they can: declarations by their names, and an observation only that there is one', () => {
    const withSecret = (name: string): DesiredResource =>
      service('web', { config: { environment_variables: { TOKEN: unresolvedSecret(name) } } });
    const [left, right] = [withSecret('a'), withSecret('b')].map((web) => declaredParts(environment([web]), 'x', ROOT));
    if (left === undefined || right === undefined) throw new Error('two sides');

    const [one, other] = configs(sides(left, right), 'service.web');
    const [known, seen] = configs(sides(left, parts(observation([observed(withSecret('c'))]), null)), 'service.web');

    expect(one).not.toEqual(other);
    expect(known).toEqual(seen);
  });

  it('hold dependencies against each other only where both have manifests', () => {
    const web = service('web', { needs: { db: { condition: 'service_healthy' } } });
    const declared = declaredParts(environment([web]), 'local', ROOT);
    const live = parts(observation([observed(web)]), environment([web]));
    const file = parts(observation([observed(web)]), null);

    const known = { db: { condition: 'service_healthy', restart: false, criticality: 'required' } };
    const of = (side: ParitySide | undefined): JsonObject | undefined =>
      side?.resources.get('service.web')?.dependencies;
    expect(sides(declared, live).map(of)).toEqual([known, known]);
    expect(sides(declared, file).map(of)).toEqual([{}, {}]);
  });
});

describe('what was observed', () => {
  it('is what stands under the addresses of the environment, and what nobody declares is said to be so', () => {
    const [web, db] = [service('web'), service('db')];
    const objects = [web, db].map((resource) => observed(resource));

    const [live, file] = [parts(observation(objects), environment([web])), parts(observation(objects, [db]), null)].map(
      ({ resources }) => [...resources].map(([address, { declared }]) => [address, declared]),
    );

    expect(live).toEqual([
      ['service.db', false],
      ['service.web', true],
    ]);
    expect(file).toEqual([
      ['service.db', true],
      ['service.web', false],
    ]);
  });

  it('has status and effective values in runtime mode alone, and no ids, times or places', () => {
    const web = service('web');
    const object = observed(web);
    const restarted: ObservedObject = {
      ...object,
      effective: { labels: { a: 'old' } },
      status: {
        ...object.status,
        since: '2026-01-01T00:00:00Z',
        restarts: 2,
        details: { pid: 7, image_id: 'sha256:1' },
      },
    };
    const side = parts(observation([restarted]), environment([web]));

    const [runtime] = sides(side, side, 'runtime');
    const [semantic] = sides(side, side);

    expect(runtime?.resources.get('service.web')).toMatchObject({
      status: { run_state: 'running', health: 'none', restarts: 2, image_id: 'sha256:1' },
      effective: { labels: { a: 'old' } },
    });
    expect(Object.keys(runtime?.resources.get('service.web')?.status ?? {})).toEqual([
      'run_state',
      'health',
      'restarts',
      'image_id',
    ]);
    expect(semantic?.resources.get('service.web')).toMatchObject({ status: null, effective: null });
  });

  it('is unknown, and not missing, where an engine did not answer', () => {
    const [web, data] = [service('web'), volume('data')];
    const silent: Observation = { status: 'unreachable', engine: 'process', error: 'no route', provided_by: null };
    const saved = observation([], [web, data], { engines: [{ driver: 'process', observation: silent }] });

    const [live, file] = sides(parts(saved, environment([web, data])), parts(saved, null), 'runtime');

    const addresses = ['service.web', 'volume.data'];
    expect(live?.unknown).toEqual([{ side: 'source', engine: 'process', reason: 'no route', addresses }]);
    expect(file?.unknown).toEqual([{ side: 'target', engine: 'process', reason: 'no route', addresses }]);
    expect(live?.resources.size).toBe(0);
  });

  it('leaves out what runs set aside, and what belongs to somebody else', () => {
    const web = service('web');
    const aside = observed(web, { name: 'shop-web-1.aside-01abc' });
    const stranger = observed(service('db'), { ownership: null });

    const { resources } = parts(observation([aside, stranger]), environment([web, service('db')]));

    expect([...resources.keys()]).toEqual([]);
  });

  it('has the line of what is declared, also for what runs', () => {
    const web = service('web');
    const declared = environment([web], { locate: (_address, path) => (path === '$' ? source(1) : source(2)) });
    const part = parts(observation([observed(web)]), declared).resources.get('service.web');

    expect(part?.locate(fieldPath('status', 'health'))).toEqual(source(1));
    expect(part?.locate(fieldPath('effective', 'labels'))).toEqual(source(2));
    expect(part?.locate(fieldPath('labels'))).toEqual(source(2));
  });

  it('finds what another side declares as external under its name, whatever it is like', () => {
    const declared = volume('shared', { name: 'shared', external: true });
    const object = observed(declared, { ownership: null, configured: { driver: 'other', internal: true } });
    const file = parts(observation([object]), null);

    const [manifest, seen] = configs(sides(declaredParts(environment([declared]), 'a', ROOT), file), 'volume.shared');
    const [live, same] = configs(sides(parts(observation([object]), environment([declared])), file), 'volume.shared');

    expect(seen).toBeDefined();
    expect(seen).toEqual(manifest);
    expect(live).toBeDefined();
    expect(same).toEqual(live);
    const none = sides(declaredParts(environment([declared]), 'a', ROOT), parts(observation([]), null));
    expect(configs(none, 'volume.shared')[1]).toBeUndefined();
  });

  it('tells what is declared and not there from what nobody declares', () => {
    const [web, db] = [service('web'), service('db')];

    const { absent, resources } = parts(observation([observed(web)]), environment([web, db]));

    expect([...resources.keys()]).toEqual(['service.web']);
    expect([...absent]).toEqual([['service.db', source(3, 3)]]);
    expect(parts(observation([observed(web)], [web, db]), null).absent.size).toBe(0);
  });
});

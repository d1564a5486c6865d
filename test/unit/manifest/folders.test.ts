import { describe, expect, it } from 'vitest';
import { described, type Files, load } from './support.ts';

const RUN = 'process: { command: [run] }';

describe('folders of manifests', () => {
  it('reads all *.yaml of a folder as one, and tells which environments there are', async () => {
    const result = await load({
      'environments/base/main.yaml': 'abstract: true',
      'environments/local/a.yaml': `name: local\nservices: { web: { ${RUN}, storage: { volumes: [data] } } }`,
      'environments/local/b.yaml': `services: { db: { ${RUN} } }\nvolumes: { data: }`,
      'environments/local/scripts/ignored.yaml': ': not read',
      'environments/local/README.md': '',
      'environments/empty/README.md': '',
    });

    expect(described(result.diagnostics)).toEqual([]);
    expect(result.found).toEqual([
      { name: 'base', abstract: true },
      { name: 'local', abstract: false },
    ]);
    expect(result.environments.map(({ name, files }) => [name, files])).toEqual([
      ['local', ['environments/local/a.yaml', 'environments/local/b.yaml']],
    ]);
    expect([...(result.environments[0]?.resources.keys() ?? [])]).toEqual(['service.db', 'service.web', 'volume.data']);
    expect(result.files).toEqual([
      'environments/base/main.yaml',
      'environments/local/a.yaml',
      'environments/local/b.yaml',
    ]);
  });

  it('names both places of what is declared in two files', async () => {
    const result = await load({
      'environments/local/a.yaml': `type: local\nservices:\n  web: { ${RUN} }\nmoved: []`,
      'environments/local/b.yaml': `type: local\nservices:\n  web: { ${RUN} }\n  db: { ${RUN} }\nmoved: []`,
    });

    expect(described(result.diagnostics)).toEqual([
      'local/b.yaml:1:1 error duplicate_key: "type" is declared twice (first declared at environments/local/a.yaml:1:1)',
      'local/b.yaml:3:3 error duplicate_key: "services.web" is declared twice (first declared at environments/local/a.yaml:3:3)',
      'local/b.yaml:5:1 error duplicate_key: "moved" is declared twice (first declared at environments/local/a.yaml:4:1)',
    ]);
  });

  it('warns of manifests that are not read', async () => {
    const result = await load({ 'environments/stray.yaml': 'name: x', 'environments/local/main.yml': 'name: local' });

    expect(described(result.diagnostics)).toEqual([
      'local/main.yml:1:1 warning invalid_path: the file is not read (manifests end in .yaml: rename it)',
      'stray.yaml:1:1 warning invalid_path: the file is not read (an environment is a folder: move it to environments/<name>/)',
    ]);
  });

  it('needs a folder whose name can be that of an environment', async () => {
    const result = await load({ 'environments/My Env/main.yaml': 'type: local' });

    expect(result.diagnostics.map(({ code, summary }) => [code, summary])).toEqual([
      ['invalid_name', 'the folder "My Env" cannot name an environment'],
    ]);
  });

  it('loads only the environments that were asked for', async () => {
    const files = { 'environments/a/main.yaml': `services: { a: { ${RUN} } }`, 'environments/b/main.yaml': 'wrong: 1' };
    const result = await load(files, { names: ['a'] });

    expect(described(result.diagnostics)).toEqual([]);
    expect(result.environments.map(({ name }) => name)).toEqual(['a']);
    expect(result.found.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('finds nothing where there is no folder', async () => {
    const nothing = {
      environments: [],
      partial: [],
      diagnostics: [],
      found: [],
      files: [],
      envFiles: [],
      secretSources: [],
    };

    expect(await load({ 'README.md': '' })).toMatchObject(nothing);
  });
});

const BASE: Files = {
  'environments/base/main.yaml': `
abstract: true
name: base
project: shop
type: staging
variables: { tag: "1" }
services:
  web:
    process: { command: [run, "$tag"], cwd: ./app }
    labels: { team: core, tier: web }
    networking: { ports: [8080, 8081] }
    storage: { volumes: [data] }
  db: { process: { command: [run] } }
volumes: { data: , other: }
`,
};

describe('extends', () => {
  it('merges maps, replaces lists, removes with null, and leaves relative paths where they were written', async () => {
    const result = await load({
      ...BASE,
      'environments/local/main.yaml': `
extends: ../base
variables: { tag: "2" }
services:
  web: { labels: { tier: null, own: x }, networking: { ports: [9090] } }
  db: null
  new: { process: { command: [run], cwd: ./app } }
volumes: { other: null }
`,
    });
    const [local] = result.environments;

    expect(described(result.diagnostics)).toEqual([]);
    expect(local).toMatchObject({ name: 'local', project: 'shop', type: 'staging' });
    expect([...(local?.resources.keys() ?? [])]).toEqual(['service.new', 'service.web', 'volume.data']);
    expect(local?.resources.get('service.web')?.config).toMatchObject({
      process: { command: ['run', '2'], cwd: '/repo-that-is-nowhere/environments/base/app' },
      labels: { team: 'core', own: 'x' },
      networking: { ports: { '9090/tcp': { host_port: 9090 } } },
    });
    expect(Object.keys(local?.resources.get('service.web')?.config['labels'] ?? {})).toEqual(['team', 'own']);
    expect(local?.resources.get('service.new')?.config).toMatchObject({
      process: { cwd: '/repo-that-is-nowhere/environments/local/app' },
    });
    expect(local?.files).toEqual(['environments/base/main.yaml', 'environments/local/main.yaml']);
  });

  it('follows a chain, and finds a mistake in the base once', async () => {
    const result = await load({
      'environments/base/main.yaml': `abstract: true\nservices: { web: { ${RUN}, labls: {} } }`,
      'environments/a/main.yaml': 'extends: ../base\nproject: a',
      'environments/b/main.yaml': 'extends: ../a\nproject: b',
    });

    expect(described(result.diagnostics)).toEqual([
      'base/main.yaml:2:49 error unknown_key: unknown key "labls" in services.web (did you mean "labels"?)',
    ]);
    expect(result.environments).toEqual([]);
  });

  it('refuses circles, parents that are nowhere, and null that removes nothing', async () => {
    const result = await load({
      'environments/a/main.yaml': 'extends: ../b',
      'environments/b/main.yaml': 'extends: ../a',
      'environments/base/main.yaml': 'abstract: true',
      'environments/c/main.yaml': 'extends: ../bas',
      'environments/d/main.yaml': 'extends: ../../..',
      'environments/e/main.yaml': 'extends: ../base\nvolumes:\n  data:\n',
      'environments/f/main.yaml': 'extends: [../base]',
    });

    expect(described(result.diagnostics)).toEqual([
      'a/main.yaml:1:10 error invalid_reference: environments extend each other in a circle: environments/b → environments/a → environments/b',
      'b/main.yaml:1:10 error invalid_reference: environments extend each other in a circle: environments/a → environments/b → environments/a',
      'c/main.yaml:1:10 error invalid_reference: there are no manifests in "../bas" to extend (did you mean "../base"?)',
      'd/main.yaml:1:10 error invalid_reference: there are no manifests in "../../.." to extend (write the folder of an environment, relative to this file)',
      'e/main.yaml:3:3 error invalid_value: "data" removes nothing: it is not inherited (null removes what is inherited; write {} for something with all defaults)',
      'f/main.yaml:1:10 error invalid_value: extends must be text, not a list',
    ]);
  });

  it('finds the other mistakes beside a parent that is nowhere, and none that the parent may settle', async () => {
    const result = await load({
      'environments/base/main.yaml': 'abstract: true',
      'environments/local/main.yaml': `
extends: ../bse
servces: {}
services:
  web:
    ${RUN}
    labels: { tier: null }
    networking: { ports: ["80:x"] }
    dependencies: { db: { condition: service_healthy } }
    environment_variables: { TAG: "\${inherited}", BAD: "\${" }
  inherited: { networking: { ports: [80] }, storage: { volumes: [kept] } }
  gone: null
volumes: { data: null }
policies: { drift: hael }
`,
    });

    expect(described(result.diagnostics).map((line) => line.split(' (')[0])).toEqual([
      'local/main.yaml:2:10 error invalid_reference: there are no manifests in "../bse" to extend',
      'local/main.yaml:3:1 error unknown_key: unknown key "servces"',
      expect.stringMatching(/^local\/main.yaml:8:27 error invalid_value/),
      expect.stringMatching(/^local\/main.yaml:10:\d+ error invalid_interpolation/),
      'local/main.yaml:14:20 error invalid_value: policies.drift must not be "hael"',
    ]);
  });

  it('says of nothing that it is not inherited while the parent cannot be read', async () => {
    const result = await load({
      'environments/base/main.yaml': 'abstract: true\nvolumes: [\n',
      'environments/local/main.yaml': 'extends: ../base\nvolumes: { data: null }',
    });

    expect(described(result.diagnostics).filter((line) => line.startsWith('local/'))).toEqual([]);
    expect(result.diagnostics).not.toEqual([]);
  });

  it('points at the value that replaced an inherited one of another kind', async () => {
    const result = await load({
      'environments/base/main.yaml': 'abstract: true\nservices: { web: { process: { command: [run, one, two] } } }',
      'environments/local/main.yaml': 'extends: ../base\nservices: { web: { process: { command: run other } } }',
    });
    const place = result.environments[0]?.locate('service.web', "$['process']['command'][1]");

    expect(place).toMatchObject({ file: 'environments/local/main.yaml', start: { line: 2, column: 31 } });
  });
});

describe('environments beside each other', () => {
  const service = (port: number): string => `services: { web: { ${RUN}, networking: { ports: [${port}] } } }`;

  it('may not share a project on an engine', async () => {
    const result = await load({
      'environments/a/main.yaml': `project: shop\n${service(1)}`,
      'environments/b/main.yaml': `project: shop\n${service(2)}`,
    });

    expect(described(result.diagnostics)).toEqual([
      'b/main.yaml:1:10 error engine_conflict: project "shop" is already that of environment "a" on engine "process" ' +
        '(declared first at environments/a/main.yaml:1:10; give one of them another `project`)',
    ]);
    expect(result.environments.map(({ name }) => name)).toEqual(['a']);
  });

  describe('with claims', () => {
    const claims = (name: string, more = ''): string =>
      `services: { web: { adopted: { name: ${name} }, container: { image: 'x:1' } ${more} } }\n`;

    it('may not claim one object on an engine, whatever they call either', async () => {
      const result = await load({
        'environments/a/main.yaml': `${claims('shop-web')}volumes: { data: { adopted: { name: d } } }`,
        'environments/b/main.yaml':
          'engines: { other: { driver: docker } }\n' +
          "services: { site: { engine: other, adopted: { name: shop-web }, container: { image: 'x:1' } } }\n" +
          'volumes: { d: { engine: other, adopted: { name: d } } }',
      });

      const detail = (place: string): string =>
        `(claimed first at environments/a/main.yaml:${place}; take \`adopted\` out of one of them, or write ` +
        '`adopted: null` where it is inherited)';
      expect(described(result.diagnostics).filter((line) => line.includes('claim_conflict'))).toEqual([
        'b/main.yaml:2:36 error claim_conflict: "shop-web" on engine "other" is claimed by two environments: "a" and "b" ' +
          detail('1:20'),
        'b/main.yaml:3:32 error claim_conflict: "d" on engine "other" is claimed by two environments: "a" and "b" ' +
          detail('2:20'),
      ]);
      expect(result.environments.map(({ name }) => name)).toEqual(['a']);
    });

    it('may not inherit one, but take it out again', async () => {
      const inherited = (text: string): Promise<readonly string[]> =>
        load({
          'environments/a/main.yaml': claims('shop-web'),
          'environments/b/main.yaml': `extends: ../a\n${text}`,
        }).then(({ diagnostics }) => described(diagnostics).filter((line) => !line.includes('warning')));

      expect(await inherited('')).toEqual([
        'a/main.yaml:1:20 error claim_conflict: "shop-web" on engine "docker" is claimed by two environments: "a" and ' +
          '"b" (claimed first at environments/a/main.yaml:1:20; take `adopted` out of one of them, or write ' +
          '`adopted: null` where it is inherited)',
      ]);
      expect(await inherited('services: { web: { adopted: null } }')).toEqual([]);
    });

    it('may claim what has one name on two engines, or is of two kinds', async () => {
      const result = await load({
        'environments/a/main.yaml': `${claims('shop-web')}volumes: { data: { adopted: { name: d } } }`,
        'environments/b/main.yaml': `engines: { far: { driver: docker, host: 'ssh://far' } }\n${claims('shop-web', ', engine: far')}`,
        'environments/c/main.yaml': `${claims('d')}networks: { data: { adopted: { name: d } } }`,
      });

      expect(result.environments.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    });
  });

  it('may call one engine by two names', async () => {
    const result = await load({
      'environments/a/main.yaml': `engines: { other: { driver: process } }\nservices: { web: { ${RUN} }, api: { engine: other, ${RUN} } }`,
    });

    expect(described(result.diagnostics)).toEqual([]);
  });

  it('may not give one name twice on an engine, whatever it calls the engine', async () => {
    const result = await load({
      'environments/a/main.yaml':
        'engines: { other: { driver: process } }\n' +
        `services: { web: { name: one, ${RUN} }, api: { name: one, engine: other, ${RUN} } }`,
    });

    expect(described(result.diagnostics)).toEqual([
      expect.stringMatching(/^a\/main.yaml:2:\d+ error invalid_name: the name "one" is taken by service.api/),
    ]);
  });

  it('may not publish one host port on one engine', async () => {
    const result = await load({ 'environments/a/main.yaml': service(8080), 'environments/b/main.yaml': service(8080) });

    expect(described(result.diagnostics)).toEqual([
      'b/main.yaml:1:71 error port_conflict: host port 8080/tcp is published by service "a/web" too (published first at environments/a/main.yaml:1:71)',
    ]);
  });

  it('may do both on engines that are connected to in different ways', async () => {
    const on = (host: string): string =>
      `project: shop\nengines: { docker: { host: "${host}" } }\n` +
      'services: { web: { container: { image: "a:1" }, networking: { ports: ["8080:80"] } } }';
    const result = await load({
      'environments/a/main.yaml': on('ssh://one'),
      'environments/b/main.yaml': on('ssh://two'),
    });

    expect(described(result.diagnostics)).toEqual([]);
  });
});

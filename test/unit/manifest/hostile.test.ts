import { mkdir, mkdtemp, rm, symlink, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workingTree } from '../../../src/git/working-tree.ts';
import { TrueupError } from '../../../src/model/failure.ts';
import { described, load, loadOne, loadText, memoryTree } from './support.ts';

interface Case {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly diagnostics: readonly string[];
}

const BOMB = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...'bcdefghij'.split('').map((name, index) => {
    const list = Array.from({ length: 9 }, () => `*${'abcdefghi'[index]}`).join(', ');
    return `${name}: &${name} [${list}]`;
  }),
].join('\n');

const CASES: readonly Case[] = [
  { name: 'an empty file', content: '', diagnostics: ['1:1 warning invalid_yaml: the file is empty'] },
  { name: 'a file of comments', content: '# nothing\n', diagnostics: ['1:1 warning invalid_yaml: the file is empty'] },
  {
    name: 'a file that is no map',
    content: '- a',
    diagnostics: [
      '1:1 error invalid_yaml: the file is no map (the top of the file holds keys such as `name:` or `services:`)',
    ],
  },
  {
    name: 'every syntax error at once',
    content: 'a: "\\x"\nb: c: d\n',
    diagnostics: [
      '1:5 error invalid_yaml: Invalid escape sequence \\x"',
      '2:4 error invalid_yaml: Nested mappings are not allowed in compact mappings',
    ],
  },
  {
    name: 'tabs',
    content: 'services:\n\tweb: {}\n',
    diagnostics: ['2:1 error invalid_yaml: Tabs are not allowed as indentation (indent with spaces)'],
  },
  {
    name: 'several documents',
    content: 'type: local\n---\ntype: local\n',
    diagnostics: [
      '2:1 error invalid_yaml: Source contains multiple documents (put each document into a file of its own: all *.yaml files of the folder are read as one)',
    ],
  },
  {
    name: 'doubles in one file',
    content: 'type: local\nvariables:\n  a: 1\n  a: 2\ntype: local\n',
    diagnostics: [
      '4:3 error duplicate_key: "a" is declared twice (first declared at environments/local/main.yaml:3:3)',
      '5:1 error duplicate_key: "type" is declared twice (first declared at environments/local/main.yaml:1:1)',
    ],
  },
  {
    name: 'a byte order mark and Windows line ends',
    content: '\ufefftype: local\r\nwrong: 1\r\n',
    diagnostics: [
      '2:1 error unknown_key: unknown key "wrong" (allowed here: $schema, abstract, clusters, compose, engines, ' +
        'environment_variables, extends, ignore_differences, moved, name, networks, policies, project, services, strict, ' +
        'type, variables, vms, volumes)',
    ],
  },
  {
    name: 'keys that are no text',
    content: 'services:\n  8080: {}\n  true: {}\n  ~: {}\n  ? [a]\n  : {}\n',
    diagnostics: [
      '2:3 error invalid_yaml: a key must be text, not the number 8080 (write it in quotes: "8080":)',
      '3:3 error invalid_yaml: a key must be text, not the boolean true (write it in quotes: "true":)',
      '4:3 error invalid_yaml: a key is missing in front of the colon',
      '5:5 error invalid_yaml: a key must be text',
    ],
  },
  {
    name: 'merge keys',
    content: 'services:\n  web: &web { process: { command: [x] } }\n  db: { <<: *web }\n',
    diagnostics: [
      '3:9 error invalid_yaml: merge keys (`<<`) are not part of YAML 1.2 (write the keys out, or use `extends`)',
    ],
  },
  {
    name: '__proto__',
    content: 'services:\n  __proto__: { process: { command: [x] } }\n',
    diagnostics: ['2:3 error invalid_name: "__proto__" is not allowed as a key'],
  },
  {
    name: 'a bomb of aliases',
    content: BOMB,
    diagnostics: [
      '6:8 error invalid_yaml: aliases stand for too many values (all aliases of a file may stand for at most 100000 values)',
    ],
  },
  {
    name: 'aliases in circles and to nowhere',
    content: 'a: &a [*a]\nb: *b\n',
    diagnostics: [
      '1:8 error invalid_yaml: the alias *a refers to a value that contains it',
      '2:4 error invalid_yaml: this alias has no anchor before it (put a text that begins with `*` in quotes)',
    ],
  },
  {
    name: 'tags',
    content: 'name: !secret local\nproject: !!binary aGk=\n',
    diagnostics: [
      '1:7 error invalid_yaml: Unresolved tag: !secret (tags have no meaning in a manifest: leave it out)',
      '2:10 error invalid_yaml: Unresolved tag: tag:yaml.org,2002:binary (tags have no meaning in a manifest: leave it out)',
    ],
  },
  {
    name: 'values nested without end',
    content: '['.repeat(20_000),
    diagnostics: ['1:1 error invalid_yaml: values are nested too deeply'],
  },
  {
    name: 'values nested deeply',
    content: `a: ${'['.repeat(100)}${']'.repeat(100)}`,
    diagnostics: ['1:67 error invalid_yaml: values are nested too deeply (at most 64 levels are read)'],
  },
  {
    name: 'a binary file',
    content: new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]),
    diagnostics: ['1:1 error invalid_yaml: the file is not text (a manifest is YAML text; this file is binary)'],
  },
  {
    name: 'text in another encoding',
    content: new Uint8Array([0xff, 0xfe, 0x61, 0x00]),
    diagnostics: ['1:1 error invalid_yaml: the file is not UTF-8 text (save it as UTF-8)'],
  },
];

describe('files that are not as they should be', () => {
  it.each(CASES)('says what is wrong with $name', async ({ content, diagnostics }) => {
    const result = await load({ 'environments/local/main.yaml': content });

    expect(described(result.diagnostics)).toEqual(diagnostics.map((text) => `local/main.yaml:${text}`));
  });

  it('reads the version of YAML that manifests are in, whatever the file says', async () => {
    const environment = await loadOne(
      '%YAML 1.1\n---\nservices: { web: { process: { command: [x] }, labels: { a: yes, b: 2001-01-01, c: 0o17 } } }',
    );

    expect(environment.resources.get('service.web')?.config['labels']).toEqual({
      a: 'yes',
      b: '2001-01-01',
      c: '0o17',
    });
  });

  it('takes aliases for the values that they stand for', async () => {
    const environment = await loadOne(
      `
services:
  web: { process: &process { command: [x, $A] }, labels: &labels { team: core } }
  db: { process: *process, labels: *labels }
`,
      { variables: { A: '1' } },
    );

    expect(environment.resources.get('service.db')?.config).toMatchObject({
      process: { command: ['x', '1'] },
      labels: { team: 'core' },
    });
  });

  it('takes names that objects have by themselves for names like any other', async () => {
    const environment = await loadOne(`
variables: { toString: a }
services:
  constructor: { process: { command: [x, $toString] }, labels: { constructor: b, hasownproperty: c } }
  web: { process: { command: [x] }, dependencies: [constructor] }
`);
    const result = await loadText(
      'services: { web: { process: { command: [x, $valueOf] }, dependencies: [constructor] } }',
    );

    expect(environment.resources.get('service.constructor')?.config).toMatchObject({
      process: { command: ['x', 'a'] },
      labels: { constructor: 'b', hasownproperty: 'c' },
    });
    expect(result.diagnostics.map(({ code }) => code)).toEqual(['unset_variable', 'unknown_reference']);
  });

  it('judges thousands of services that are all wrong, and all wrong in what they depend on', async () => {
    const services = Array.from(
      { length: 3000 },
      (_, index) => `  s${index}: { process: { command: [x] }, labls: {}, dependencies: [t${index}] }`,
    );
    const result = await loadText(`services:\n${services.join('\n')}\n`);

    expect(result.diagnostics).toHaveLength(6000);
  });

  it('follows a chain of thousands of dependencies to the circle at its end', async () => {
    const services = Array.from(
      { length: 5000 },
      (_, index) => `  s${index}: { process: { command: [x] }, dependencies: [s${Math.min(index + 1, 4999)}] }`,
    );
    const result = await loadText(`services:\n${services.join('\n')}\n`);

    expect(result.diagnostics.map(({ summary }) => summary)).toEqual([
      'services depend on each other in a circle: s4999 → s4999',
    ]);
  });

  it('says which file cannot be read, and goes on with the others', async () => {
    const files = {
      'environments/a/main.yaml': 'type: local',
      'environments/b/main.yaml': 'type: local',
    };
    const tree = memoryTree(files);
    const result = await load(files, {
      tree: {
        ...tree,
        async read(file) {
          if (file === 'environments/a/main.yaml') throw new TrueupError('file_unreadable', 'permission denied');
          return tree.read(file);
        },
      },
    });

    expect(described(result.diagnostics)).toEqual([
      'a/main.yaml:1:1 error invalid_path: environments/a/main.yaml cannot be read (permission denied)',
    ]);
    expect(result.environments.map(({ name }) => name)).toEqual(['b']);
  });

  it('is not caught in links that lead in circles, and not stopped by a folder that may not be read', async () => {
    const root = await mkdtemp(join(tmpdir(), 'trueup-hostile-'));
    try {
      await mkdir(join(root, 'environments/good'), { recursive: true });
      await mkdir(join(root, 'environments/closed'));
      await writeFile(join(root, 'environments/good/main.yaml'), 'type: local');
      await symlink('loop', join(root, 'environments/loop'));
      await symlink('..', join(root, 'environments/good/up'));
      await symlink('gone.yaml', join(root, 'environments/good/lost.yaml'));
      await chmod(join(root, 'environments/closed'), 0o000);
      const result = await load({}, { root, tree: workingTree(root, new Set()) });
      await chmod(join(root, 'environments/closed'), 0o700);

      expect(result.environments.map(({ name }) => name)).toEqual(['good']);
      expect(result.diagnostics.every(({ code }) => code === 'invalid_path')).toBe(true);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});

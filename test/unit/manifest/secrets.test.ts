import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadRequest } from '../../../src/manifest/load.ts';
import { isJsonObject, type JsonObject } from '../../../src/model/json.ts';
import { isSecret, type NamingSealer } from '../../../src/model/secret.ts';
import { described, load, loadText } from './support.ts';

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trueup-secrets-'));
  await mkdir(join(root, 'environments/local/.secrets'), { recursive: true });
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

/** Seals so that a test can see what was sealed. */
function openSealer(sealed: string[] = []): NamingSealer {
  return {
    seal(plain) {
      sealed.push(plain);
      return { $secret: `sealed ${plain.length}` };
    },
    name: (text) => `name of ${text.length}`,
  };
}

async function variablesOf(text: string, options: Partial<LoadRequest>): Promise<JsonObject> {
  const result = await loadText(text, { root, ...options });
  expect(described(result.diagnostics)).toEqual([]);
  const variables = result.environments[0]?.resources.get('service.web')?.config['environment_variables'];
  return isJsonObject(variables) ? variables : {};
}

const SOURCES = `
variables:
  folder: .secrets
  key: { secret: true, source: file, value: "\${folder}/key" }
services:
  web:
    process: { command: [run, "--key=\${key}", plain] }
    environment_variables:
      INLINE: { secret: true, value: inline }
      FILE: { secret: true, source: file, value: .secrets/token }
      COMMAND: { secret: true, source: command, value: [printf, "%s\\n", "from \${key}"] }
      LINE: { secret: true, source: command, value: "printf '%s' 'a line'" }
      BUILT: "Bearer \${key}"
      DEFAULT: "\${key:-none}"
      PLAIN: "\${folder}"
`;

describe('secrets', () => {
  it('are not quoted where they are written wrongly', async () => {
    const result = await loadText(
      `
environment_variables:
  PIN: { secret: true, value: 73918264 }
  PASSWORD: { secret: true, value: "pass$!w0rd" }
variables: { key: { secret: true, value: hunter2 } }
services:
  web:
    process: { command: [run] }
    health_check: { test: ["\${key}"], endpoints: [{ url: "http://\${key}/" }] }
`,
      { sealer: openSealer() },
    );

    expect(described(result.diagnostics).map((line) => line.split(' (')[0])).toEqual([
      'local/main.yaml:3:31 error invalid_value: value of a secret must be text',
      'local/main.yaml:4:41 error invalid_interpolation: from here on the secret is no interpolation',
      'local/main.yaml:9:28 error invalid_health_check: a test begins with CMD, CMD-SHELL or NONE, not a secret',
      'local/main.yaml:9:58 error invalid_secret: a secret may not stand here',
    ]);
  });

  it('have no other keys beside them, whoever else knows them', async () => {
    const sealed: string[] = [];
    const result = await loadText(
      `
environment_variables:
  TOKEN: { secret: true, value: hunter2, vaule: hunter3 }
variables: { key: { secret: true, value: hunter4, sources: file } }
services:
  web:
    process: { command: [run] }
    environment_variables: { PIN: { secret: true, value: hunter5, comment: hunter6 } }
`,
      { sealer: openSealer(sealed) },
    );

    expect(described(result.diagnostics)).toEqual([
      'local/main.yaml:3:42 error unknown_key: unknown key "vaule" in environment_variables.TOKEN (did you mean "value"?)',
      'local/main.yaml:4:51 error unknown_key: unknown key "sources" in variables.key (did you mean "source"?)',
      'local/main.yaml:8:67 error unknown_key: unknown key "comment" in PIN (allowed here: secret, source, value)',
    ]);
    expect(sealed).toContain('hunter2');
  });

  it('never stand in the reason why their command failed', async () => {
    const commands = ['echo tops3cret; kill -KILL $$$$', 'echo tops3cret; exit 3', 'yes tops3cret'];
    for (const script of commands) {
      const result = await loadText(
        `environment_variables: { TOKEN: { secret: true, source: command, value: [sh, -c, "${script}"] } }`,
        { root, sealer: openSealer() },
      );

      expect(result.diagnostics.map(({ code }) => code)).toEqual(['invalid_secret']);
      expect(result.diagnostics[0]?.detail).toMatch(
        /^it (was ended by SIGKILL|exited with status 3|printed more than 1 MiB)$/,
      );
    }
  });

  it('come from the manifest, from files and from commands, and make secret whatever is made from them', async () => {
    await writeFile(join(root, 'environments/local/.secrets/key'), 'k3y\n');
    await writeFile(join(root, 'environments/local/.secrets/token'), 'token\r\n');
    const sealed: string[] = [];
    const variables = await variablesOf(SOURCES, { sealer: openSealer(sealed) });

    expect(new Set(sealed)).toEqual(
      new Set(['--key=k3y', 'inline', 'token', 'from k3y', 'a line', 'Bearer k3y', 'k3y']),
    );
    expect(variables).toEqual({
      INLINE: { $secret: 'sealed 6' },
      FILE: { $secret: 'sealed 5' },
      COMMAND: { $secret: 'sealed 8' },
      LINE: { $secret: 'sealed 6' },
      BUILT: { $secret: 'sealed 10' },
      DEFAULT: { $secret: 'sealed 3' },
      PLAIN: '.secrets',
    });
  });

  it('are known by themselves, too, where only a text that is made from them is used', async () => {
    const sealed: string[] = [];
    const text =
      'variables: { pw: { secret: true, value: hunter-2 } }\nservices: { web: { process: { command: [run] }, environment_variables: { URL: "u:${pw}@db" } } }';
    await variablesOf(text, { sealer: openSealer(sealed) });
    expect(sealed.toSorted()).toEqual(['hunter-2', 'u:hunter-2@db']);
  });

  it('are never resolved for a command that needs none: no file is read, and nothing is run', async () => {
    const variables = await variablesOf(SOURCES, {
      sealer: null,
      runCommand: () => Promise.reject(new Error('must not run')),
    });

    expect(Object.entries(variables).filter(([, value]) => !isSecret(value))).toEqual([['PLAIN', '.secrets']]);
    expect(JSON.stringify(variables)).not.toContain('inline');
  });

  it('are fetched once, however often they are used', async () => {
    const calls: (readonly string[])[] = [];
    const command = '{ secret: true, source: command, value: pass show x }';
    await variablesOf(
      `variables: { s: ${command} }\nservices: { web: { process: { command: [x, $s, $s] }, environment_variables: { A: ${command} } } }`,
      {
        sealer: openSealer(),
        runCommand: async (words) => {
          calls.push(words);
          return 'x';
        },
      },
    );

    expect(calls).toEqual([['pass', 'show', 'x']]);
  });

  it('say at their line why they cannot be resolved, and never what they are', async () => {
    await writeFile(join(root, 'environments/local/.secrets/empty'), '\n');
    const result = await loadText(
      `
services:
  web:
    process: { command: [run] }
    environment_variables:
      MISSING: { secret: true, source: file, value: .secrets/nothing }
      FOLDER: { secret: true, source: file, value: .secrets }
      EMPTY: { secret: true, source: file, value: .secrets/empty }
      STATUS: { secret: true, source: command, value: [sh, -c, "echo hunter2; echo hunter2 >&2; exit 3"] }
      COMMAND: { secret: true, source: command, value: there-is-no-such-command }
`,
      { root, sealer: openSealer() },
    );

    expect(described(result.diagnostics).map((text) => text.replaceAll(root, ''))).toEqual([
      'local/main.yaml:6:53 error invalid_secret: the secret file /environments/local/.secrets/nothing cannot be read (it does not exist)',
      'local/main.yaml:7:52 error invalid_secret: the secret file /environments/local/.secrets cannot be read (it is no regular file)',
      'local/main.yaml:8:51 error invalid_secret: the secret file /environments/local/.secrets/empty cannot be read (it is empty)',
      'local/main.yaml:9:55 error invalid_secret: the command "sh" that prints a secret failed (it exited with status 3)',
      'local/main.yaml:10:56 error invalid_secret: the command "there-is-no-such-command" that prints a secret failed (it does not exist)',
    ]);
    expect(JSON.stringify(result.diagnostics)).not.toContain('hunter2');
  });

  it('are no list of words but those that print one, and no command is empty', async () => {
    const result = await loadText(
      `
variables: { id: { secret: true, value: [id] } }
environment_variables: { A: { secret: true, value: [id] }, B: "\${id}" }
services:
  web:
    process: { command: [run] }
    environment_variables:
      C: { secret: true, source: file, value: [id] }
      D: { secret: true, source: command, value: [] }
      E: { secret: true, source: command, value: " " }
`,
      { root, sealer: openSealer() },
    );

    expect(described(result.diagnostics).map((text) => text.replace(/ \(.*/, ''))).toEqual([
      'local/main.yaml:2:41 error invalid_secret: a list of words is no secret of source "inline"',
      'local/main.yaml:3:52 error invalid_secret: a list of words is no secret of source "inline"',
      'local/main.yaml:8:47 error invalid_secret: a list of words is no secret of source "file"',
      'local/main.yaml:9:50 error invalid_value: the command is empty',
      'local/main.yaml:10:50 error invalid_value: the command is empty',
    ]);
  });

  it('may stand only where nobody has to read them', async () => {
    const result = await loadText(
      `
variables: { s: { secret: true, value: hunter2 } }
project: $s
services:
  web:
    process: { command: "run $s", cwd: $s }
    labels: { a: $s }
    networking: { ports: ["$s"] }
    health_check: { test: [CMD, run, $s] }
    environment_variables: [A=$s]
`,
      { sealer: openSealer() },
    );

    const detail = 'secrets may stand in environment_variables, and in commands and tests that are written as lists';
    expect(described(result.diagnostics)).toEqual(
      ['3:10', '6:25', '6:40', '7:18', '8:27'].map(
        (place) => `local/main.yaml:${place} error invalid_secret: a secret may not stand here (${detail})`,
      ),
    );
  });

  it('that are inherited come from beside the file that declares them, and run there', async () => {
    await mkdir(join(root, 'environments/base'));
    await writeFile(join(root, 'environments/base/token'), 'from the base');
    await writeFile(join(root, 'environments/base/print'), '#!/bin/sh\ncat token\n');
    await chmod(join(root, 'environments/base/print'), 0o755);
    const sealed: string[] = [];
    const result = await load(
      {
        'environments/base/main.yaml': `
abstract: true
environment_variables:
  FILE: { secret: true, source: file, value: token }
  COMMAND: { secret: true, source: command, value: ./print }
`,
        'environments/local/main.yaml': 'extends: ../base\nservices: { web: { process: { command: [x] } } }',
      },
      { root, sealer: openSealer(sealed) },
    );

    expect(described(result.diagnostics)).toEqual([]);
    expect(sealed).toEqual(['from the base', 'from the base']);
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadRequest } from '../../../src/manifest/load.ts';
import type { Untracked } from '../../../src/model/desired.ts';
import { SEALER } from '../../support/sealer.ts';
import { described, load, memoryTree } from './support.ts';

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trueup-inputs-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const MANIFEST = 'environments/local/main.yaml';

interface Given extends Partial<LoadRequest> {
  /** On the disk, beside the manifest. */
  readonly files?: Readonly<Record<string, string>>;
  /** Those that git holds. */
  readonly held?: readonly string[];
}

async function untrackedOf(
  text: string,
  { files = {}, held = [], ...options }: Given = {},
): Promise<readonly Untracked[]> {
  for (const [file, content] of Object.entries(files)) await writeFile(join(root, file), content);
  const tree = memoryTree({ [MANIFEST]: text }, (file) => file === MANIFEST || held.includes(file));
  const { environments, diagnostics } = await load({}, { root, tree, sealer: SEALER, ...options });
  expect(described(diagnostics)).toEqual([]);
  return environments[0]?.resources.get('service.web')?.untracked ?? [];
}

async function fieldsOf(text: string, given: Given = {}): Promise<readonly string[]> {
  return (await untrackedOf(text, given)).map(({ field_path: path }) => path).toSorted();
}

const service = (more: string): string => `services: { web: { process: { command: [run] }, ${more} } }`;

describe('inputs of a resource', () => {
  it('have the same names in every clone', async () => {
    const text = `
variables:
  key: { secret: true, source: file, value: ../../key }
  word: { secret: true, source: command, value: [cat, ../../key] }
services: { web: { process: { command: [run, "--key=\${key}"] }, environment_variables: { WORD: "\${word}" } } }
`;
    const inClone = async (): Promise<readonly Untracked[]> => {
      await rm(root, { recursive: true });
      root = await mkdtemp(join(tmpdir(), 'trueup-inputs-'));
      await mkdir(join(root, 'environments', 'local'), { recursive: true });
      return untrackedOf(text, { files: { key: 'hunter2' } });
    };
    const one = await inClone();

    expect(one).toHaveLength(2);
    expect(await inClone()).toEqual(one);
  });

  it('are fields of secrets, of the process environment, and of defaults that it may replace', async () => {
    const text = `
variables: { tag: "1", key: { secret: true, source: file, value: ../../key } }
environment_variables: { SHARED: "\${FROM_ENV}", OWN: "\${FROM_ENV}" }
services:
  web:
    process: { command: [run, plain, "--key=\${key}"] }
    environment_variables: { OWN: own, INLINE: { secret: true, value: inline }, TAG: "\${tag}", LINE: "\${LATER:-no}" }
    labels: { of: "\${given}" }
`;

    const fields = await fieldsOf(text, {
      files: { key: 'hunter2' },
      processEnvironment: { FROM_ENV: 'x' },
      variables: { given: 'by the command' },
    });

    expect(fields).toEqual([
      "$['environment_variables']['LINE']",
      "$['environment_variables']['SHARED']",
      "$['process']['command']",
    ]);
  });

  it('are those of .env, unless git holds the file', async () => {
    const text = service('labels: { of: "${FROM_FILE}" }');
    const files = { '.env': 'FROM_FILE=x\n' };

    expect(await fieldsOf(text, { files, held: ['.env'] })).toEqual([]);
    expect(await fieldsOf(text, { files })).toEqual(["$['labels']['of']"]);
  });

  it('keep their name while only the value moves, and get another with what a commit says of them', async () => {
    const text = (argument: string, file: string): string => `
variables: { key: { secret: true, source: file, value: "../../${file}" } }
services: { web: { process: { command: [run, "${argument}", "\${key}"] } } }
`;
    const nameOf = async (manifest: string, key: string): Promise<unknown> =>
      (await untrackedOf(manifest, { files: { a: key, b: key } }))[0]?.declared;

    const first = await nameOf(text('x', 'a'), 'hunter2');

    expect(await nameOf(text('x', 'a'), 'another')).toBe(first);
    expect(await nameOf(text('y', 'a'), 'hunter2')).not.toBe(first);
    expect(await nameOf(text('x', 'b'), 'hunter2')).not.toBe(first);
    expect(String(first)).not.toContain('hunter2');
  });
});

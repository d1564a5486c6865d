import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../../src/model/json.ts';
import type { SavedObservation } from '../../../src/model/observation.ts';
import { observationJson, readObservationFile, writeObservationFile } from '../../../src/state/observation-file.ts';
import { observed, service } from '../../support/planning.ts';
import { schemaErrors } from '../../support/schemas.ts';
import { scratchFolder } from './scratch.ts';

const SECRET = 'ab'.repeat(32);
const WEB = service('web', { config: { environment_variables: { TOKEN: { $secret: SECRET } } } });

const SAVED: SavedObservation = {
  format_version: '1.0',
  kind: 'observation',
  environment: 'local',
  project: 'shop',
  observed_at: '2026-01-31T10:00:00.000Z',
  root: '/home/kim/shop',
  owners: ['1'],
  engines: [
    {
      driver: 'process',
      observation: {
        status: 'known',
        engine: 'process',
        facts: { kind: 'process', version: '1' },
        objects: [observed(WEB)],
      },
    },
    {
      driver: 'docker',
      observation: { status: 'unreachable', engine: 'docker', error: 'no socket', provided_by: null },
    },
  ],
  recorded: {
    resources: {
      'service.web': { engine: 'process', name: WEB.name, config: WEB.config, revision: null, unfinished: false },
    },
    stopped: [],
  },
  owed_restarts: ['service.web'],
  frozen: [],
};

async function problemOf(content: string): Promise<string> {
  const path = join(scratchFolder(), 'observation.json');
  writeFileSync(path, content);
  return readObservationFile(path).then(
    () => 'none',
    (error: unknown) => (error instanceof Error ? error.message.replace(path, 'FILE') : String(error)),
  );
}

function edited(edit: (plain: Record<string, unknown>) => unknown): string {
  const plain: Record<string, unknown> = { ...plainSaved() };
  return JSON.stringify(edit(plain));
}

function plainSaved(): JsonObject {
  const plain = observationJson(SAVED);
  return isJsonObject(plain) ? plain : {};
}

describe('a saved observation', () => {
  it('comes back as it was, but for secrets, of which it says no more than that they are there', async () => {
    const path = join(scratchFolder(), 'observation.json');

    const document = observationJson(SAVED);
    await writeObservationFile(path, document);

    expect(schemaErrors('observation', document)).toEqual([]);
    expect(JSON.stringify(document)).not.toContain(SECRET);
    const unresolved: unknown = JSON.parse(JSON.stringify(SAVED).replaceAll(SECRET, 'unresolved'));
    expect(await readObservationFile(path)).toEqual(unresolved);
  });

  it('is refused with a reason where it is anything else', async () => {
    expect(await problemOf('')).toBe('FILE is no saved observation: it is empty');
    expect(await problemOf(JSON.stringify(plainSaved()).slice(0, 99))).toMatch(/it is not JSON/);
    expect(await problemOf(edited((plain) => ({ ...plain, format_version: '2.0' })))).toMatch(/newer trueup/);
    expect(await problemOf(edited((plain) => ({ ...plain, owners: [1] })))).toMatch(/\$\['owners'\]\[0\] is not text/);
    expect(await problemOf(edited((plain) => ({ ...plain, root: '../..' })))).toMatch(/is not an absolute path/);
    expect(await problemOf(edited((plain) => ({ ...plain, owed_restarts: ['x'] })))).toMatch(/is not an address/);
  });

  it('is refused where it is nested without end, or names the prototype of objects', async () => {
    expect(await problemOf(`${'['.repeat(200_000)}${']'.repeat(200_000)}`)).toMatch(/nested too deeply/);
    expect(
      await problemOf(JSON.stringify(plainSaved()).replace('"details":{', '"details":{"__proto__":{"a":1}')),
    ).toMatch(/it has a key "__proto__"/);
    expect(Object.hasOwn(Object.prototype, 'a')).toBe(false);
  });

  it('is refused where it is a folder, or cannot be saved where it is to be', async () => {
    const folder = scratchFolder();

    await expect(readObservationFile(folder)).rejects.toThrow(/no regular file/);
    await expect(writeObservationFile(join(folder, 'none', 'o.json'), {})).rejects.toMatchObject({
      code: 'observation_unwritable',
    });
  });
});

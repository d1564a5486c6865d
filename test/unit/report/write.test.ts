import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf } from '../../../src/model/failure.ts';
import { isJsonObject, type JsonObject } from '../../../src/model/json.ts';
import { driftDocument } from '../../../src/report/drift-document.ts';
import { planDocument } from '../../../src/report/plan-document.ts';
import { runDocument } from '../../../src/report/run-document.ts';
import { type WriteOptions, writeReport } from '../../../src/report/write.ts';
import { creation, drift, plan, result, run } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

const OPTIONS: WriteOptions = {
  now: new Date('2026-01-31T10:20:30.456Z'),
  id: '01KGA0000000000000000000PL',
  trueupVersion: '0.1.0',
  durationMs: 12.6,
  engines: [
    { name: 'process', driver: 'process', version: '1' },
    { name: 'docker', driver: 'docker', version: null },
  ],
};

const PLAN = plan({ changes: [creation('service.db', { environment_variables: { P: { $secret: 'hash-1' } } })] });

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trueup-reports-'));
  folder = join(root, 'reports');
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function readJson(path: string): Promise<JsonObject> {
  const value: unknown = JSON.parse(await readFile(path, 'utf8'));
  return isJsonObject(value) ? value : {};
}

describe('writeReport', () => {
  it('writes the document in its envelope, under its time and id, and once more as the latest', async () => {
    const path = await writeReport(folder, 'local', 'plan', planDocument(PLAN), OPTIONS);

    expect(path).toBe(join(folder, 'local/plan/20260131T102030456Z-01KGA0000000000000000000PL.json'));
    const report = await readJson(path);
    expect(Object.keys(report).slice(0, 9)).toEqual([
      'format_version',
      'kind',
      'id',
      'created_at',
      'trueup_version',
      'duration_ms',
      'engines',
      'environment',
      'project',
    ]);
    expect(report).toMatchObject({
      kind: 'plan',
      created_at: '2026-01-31T10:20:30.456Z',
      duration_ms: 13,
      engines: OPTIONS.engines,
    });
    expect(await readJson(join(folder, 'local/plan/latest.json'))).toEqual(report);
    expect(JSON.stringify(report)).not.toContain('hash-1');
  });

  it('writes reports that fit the schema of their kind', async () => {
    const documents = {
      plan: planDocument(PLAN),
      run: runDocument(run({ steps: [result('service.db', 'start')] }), PLAN.changes),
      drift: driftDocument(plan({ drift: [drift('service.db', { kind: 'missing' })] })),
    } as const;

    for (const kind of ['plan', 'run', 'drift'] as const) {
      const path = await writeReport(folder, 'local', kind, documents[kind], OPTIONS);
      expect(schemaErrors(kind, await readJson(path)), kind).toEqual([]);
    }
    const { kind: _, ...withoutKind } = await readJson(join(folder, 'local/plan/latest.json'));
    expect(schemaErrors('plan', withoutKind)).not.toEqual([]);
  });

  it('keeps reports out of commits when it makes the folder, and leaves a folder of the user as it is', async () => {
    await writeReport(folder, 'local', 'plan', planDocument(PLAN), OPTIONS);
    expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe('*\n!README.md\n');

    const own = join(root, 'own');
    await mkdir(own);
    await writeReport(own, 'local', 'plan', planDocument(PLAN), OPTIONS);
    expect(await readdir(own)).toEqual(['local']);
  });

  it('keeps the newest reports of a kind, and touches nothing that it did not write', async () => {
    await mkdir(join(folder, 'local/plan'), { recursive: true });
    await writeFile(join(folder, 'local/plan/notes.json'), 'mine');
    for (let second = 0; second < 5; second += 1) {
      const now = new Date(Date.UTC(2026, 0, 31, 10, 0, second));
      await writeReport(folder, 'local', 'plan', planDocument(PLAN), { ...OPTIONS, now, keep: 2 });
    }
    await writeReport(folder, 'local', 'drift', driftDocument(PLAN), { ...OPTIONS, keep: 2 });

    expect(await readdir(join(folder, 'local/plan'))).toEqual([
      '20260131T100003000Z-01KGA0000000000000000000PL.json',
      '20260131T100004000Z-01KGA0000000000000000000PL.json',
      'latest.json',
      'notes.json',
    ]);
    expect(await readdir(join(folder, 'local/drift'))).toHaveLength(2);
  });

  it('says which report it could not write, and leaves no part of one', async () => {
    await mkdir(folder);
    await writeFile(join(folder, 'local'), 'a file where a folder should be');

    const file = join(folder, 'local/run/20260131T102030456Z-01KGA0000000000000000000PL.json');
    const failure = await writeReport(folder, 'local', 'run', runDocument(run(), []), OPTIONS).catch(failureOf);
    expect(failure).toMatchObject({ code: 'report_unwritable', fields: { file } });
    expect(failure).toHaveProperty(
      'message',
      `the report ${file} cannot be written: ENOTDIR: not a directory, mkdir '${folder}/local/run'`,
    );
    expect(await readdir(folder)).toEqual(['local']);
  });
});

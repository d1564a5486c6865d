import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findReport } from '../../../src/flow/finding-report.ts';
import { TrueupError } from '../../../src/model/failure.ts';
import type { KeptKind } from '../../../src/report/reading/report.ts';

const FILES = [
  'local/plan/20260131T100000000Z-01AA.json',
  'local/plan/20260131T120000000Z-01AB.json',
  'local/plan/latest.json',
  'local/run/20260131T110000000Z-01BB.json',
  'local/health/20260131T130000000Z-01CC.json',
  'staging/drift/20260131T090000000Z-01DD.json',
  'staging/parity/20260131T080000000Z-01EE.json',
  'notes.txt',
];

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-reports-'));
  for (const file of FILES) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), '{}');
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function found(word: string | null, kind: KeptKind | null = null): Promise<string> {
  try {
    return relative(folder, (await findReport(folder, word, kind)).path);
  } catch (error) {
    if (error instanceof TrueupError) return `${error.code}: ${error.message}; ${error.next ?? ''}`;
    throw error;
  }
}

describe('findReport', () => {
  it('finds the newest of an environment, of all kinds or of one', async () => {
    expect(await found('local')).toBe('local/plan/20260131T120000000Z-01AB.json');
    expect(await found('local', 'run')).toBe('local/run/20260131T110000000Z-01BB.json');
    expect(await found('staging')).toBe('staging/drift/20260131T090000000Z-01DD.json');
    expect(await found('staging', 'parity')).toBe('staging/parity/20260131T080000000Z-01EE.json');
  });

  it('finds a report by the beginning of its id', async () => {
    expect(await found('01b')).toBe('local/run/20260131T110000000Z-01BB.json');
    expect(await found('01AA')).toBe('local/plan/20260131T100000000Z-01AA.json');
  });

  it('takes no name for the only environment that has such reports', async () => {
    expect(await found(null, 'drift')).toBe('staging/drift/20260131T090000000Z-01DD.json');
    expect(await found(null)).toBe(
      'usage: there are reports of 2 environments: local, staging; name the environment that you mean',
    );
  });

  it('says what there is where it finds none', async () => {
    expect(await found('01A')).toBe('usage: the ids of 2 reports begin with 01A; name more of one: 01AA, 01AB');
    expect(await found('lokal')).toBe('report_not_found: there is no report named lokal; did you mean local?');
    expect(await found('staging', 'run')).toBe(
      'report_not_found: there is no report of a run named staging; `trueup apply` writes one; there are reports of local, staging',
    );
    expect(await found('01CC')).toBe(
      'report_not_found: there is no report named 01CC; `trueup plan` writes one; there are reports of local, staging',
    );
  });

  it('says that there can be no report where the folder is a file', async () => {
    await expect(findReport(join(folder, 'notes.txt'), 'local', null)).rejects.toMatchObject({
      code: 'file_unreadable',
      message: `${join(folder, 'notes.txt')} cannot be read: it is no folder`,
      next: 'move it out of the way, or name the path of a report',
    });
  });

  it('says how a first report comes about', async () => {
    const nowhere = findReport(join(folder, 'none'), null, null);

    await expect(nowhere).rejects.toMatchObject({
      code: 'report_not_found',
      message: 'there is no report yet',
      next: '`trueup plan` writes one',
    });
  });
});

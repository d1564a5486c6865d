import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptParities } from '../../../../src/flow/parity/kept-parities.ts';
import { parityDocument } from '../../../../src/report/parity-document.ts';
import { parityOf, resource, side } from '../../../support/parity/sides.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-kept-'));
});
afterEach(() => rm(folder, { recursive: true }));

const nameAt = (second: number): string => `20261123T0000${String(second).padStart(2, '0')}000Z-${second}.json`;

describe('kept reports of parities', () => {
  it('are read in the order of their times, and what is none is named', async () => {
    const reports = join(folder, 'local', 'parity');
    await mkdir(reports, { recursive: true });
    const document = parityDocument(parityOf(side([resource('service.web')]), side([resource('service.web')])));
    const at = (timestamp: string): string => JSON.stringify({ ...document, timestamp });
    await writeFile(join(reports, nameAt(1)), at('2026-11-23T00:00:02.000Z'));
    await writeFile(join(reports, nameAt(2)), at('2026-11-23T00:00:01.000Z'));
    await writeFile(join(reports, nameAt(3)), at('2026-11-23T00:00:03.000Z').slice(0, 40));
    await mkdir(join(reports, nameAt(4)));
    await writeFile(join(reports, 'latest.json'), 'no report of its own');

    const kept = await keptParities(folder);

    expect(kept.reports.map(({ timestamp }) => timestamp)).toEqual([
      '2026-11-23T00:00:01.000Z',
      '2026-11-23T00:00:02.000Z',
    ]);
    expect(kept.unreadable).toEqual([join(reports, nameAt(3)), join(reports, nameAt(4))]);
  });

  it('are none where nothing was ever kept', async () => {
    expect(await keptParities(join(folder, 'nowhere'))).toEqual({ reports: [], unreadable: [] });
  });
});

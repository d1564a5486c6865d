import { describe, expect, it } from 'vitest';
import { processDriver } from '../../../../src/drivers/process/index.ts';
import { parityOf } from '../../../../src/flow/parity/comparing.ts';
import { declaredParts } from '../../../../src/flow/parity/declared-parts.ts';
import { observedParts } from '../../../../src/flow/parity/observed-parts.ts';
import { environment } from '../../../support/builders.ts';
import { service, volume } from '../../../support/planning.ts';

const MODELS = new Map([['process', processDriver.model]]);

describe('an observation of an engine that did not answer', () => {
  it('says of nothing that it is missing, also where nothing was ever recorded', () => {
    const silent = { status: 'unreachable', engine: 'process', error: 'no route', provided_by: null } as const;
    const file = observedParts({
      observation: {
        format_version: '1.0',
        kind: 'observation',
        environment: 'local',
        project: 'shop',
        observed_at: '2026-01-31T10:00:00.000Z',
        root: '/home/me/shop',
        owners: [],
        engines: [{ driver: 'process', observation: silent }],
        recorded: { resources: {}, stopped: [] },
        owed_restarts: [],
        frozen: [],
      },
      label: 'laptop.json',
      declared: null,
      folder: 'environments/local',
      models: MODELS,
    });
    const staging = environment([service('web'), volume('data')], { name: 'staging' });
    const report = parityOf({
      source: file,
      target: declaredParts(staging, 'staging', '/repo'),
      mode: 'semantic',
      models: MODELS,
      settings: { rules: [], waivers: [], pairs: [] },
      id: 'R1',
      timestamp: '2026-01-31T10:00:00.000Z',
      tool: 'trueup 0.1.0',
    });

    expect([report.service_diffs, report.metadata.resource_diffs]).toEqual([[], []]);
    expect([report.overall_status, report.metadata.score]).toEqual(['minor_differences', null]);
    expect(report.summary.total_services).toBe(1);
    expect(report.metadata.unknown).toEqual([
      { side: 'source', engine: 'process', reason: 'no route', addresses: ['service.web', 'volume.data'] },
    ]);
  });
});

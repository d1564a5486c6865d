import { describe, expect, it } from 'vitest';
import type { Rollback } from '../../../src/model/run.ts';
import { runDocument } from '../../../src/report/run-document.ts';
import { renderRun } from '../../../src/report/run-text.ts';
import { PLAIN, result, run } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

const WIDE = { ...PLAIN, width: Number.POSITIVE_INFINITY };

function rollback(overrides: Partial<Rollback> = {}): Rollback {
  const because = 'service.api:service_healthy';
  return { address: 'service.api', name: 'shop-api-1', because, status: 'restored', downtime_ms: 3210, ...overrides };
}

function textOf(...rollbacks: readonly Rollback[]): string {
  return renderRun(run({ status: 'failed', rollbacks }), { changes: [], withheld: [] }, WIDE);
}

describe('a rollback', () => {
  it('is told with how long the version before was away, and that data does not go back', () => {
    expect(textOf(rollback())).toContain('↩ service.api rolled back: the version before is back after 3.2 s\n');
    expect(textOf(rollback({ downtime_ms: 0 }))).toContain(
      'service.api rolled back: the version before went on all the time\n',
    );
    expect(textOf(rollback({ downtime_ms: null }))).toContain('rolled back: the version before is back\n');
    expect(textOf(rollback())).toContain('data stays as it is');
  });

  it('that failed is told with what to do', () => {
    const text = textOf(rollback({ status: 'failed' }));

    expect(text).toContain('✘ service.api could not be rolled back after service.api:service_healthy failed');
    expect(text).toContain('the next `trueup apply` finishes the change, or goes back once more');
    expect(text).not.toContain('data stays');
  });

  it('stands in the document of the run', () => {
    const unneeded = result('service.web', 'restore', { phase: 'recover', status: 'not_needed', started_at: null });
    const document = runDocument(run({ status: 'failed', steps: [unneeded], rollbacks: [rollback()] }), []);

    expect(schemaErrors('run', document)).toEqual([]);
    expect(document['rollbacks']).toEqual([rollback()]);
  });
});

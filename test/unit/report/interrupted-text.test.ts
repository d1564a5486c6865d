import { describe, expect, it } from 'vitest';
import type { Interrupted } from '../../../src/model/interrupted.ts';
import { renderInterrupted, renderOwed } from '../../../src/report/interrupted-text.ts';
import { runDocument } from '../../../src/report/run-document.ts';
import { PLAIN, run } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

const WIDE = { ...PLAIN, width: Number.POSITIVE_INFINITY };

const INTERRUPTED: Interrupted = {
  run: '01KGA0000000000000000000RN',
  command: 'trueup apply',
  // Without a zone it is read, and shown, by the clock of the machine.
  started_at: '2026-01-31T12:03:00.000',
  steps: [
    {
      step: 'service.web:start',
      address: 'service.web',
      verb: 'start',
      found: 'as_declared',
      possibly_repeated: false,
    },
    {
      step: 'service.db:create',
      address: 'service.db',
      verb: 'create',
      found: 'as_declared',
      possibly_repeated: false,
    },
    {
      step: 'service.api:stop',
      address: 'service.api',
      verb: 'stop',
      found: 'to_be_finished',
      possibly_repeated: true,
    },
    {
      step: 'service.api:post_start',
      address: 'service.api',
      verb: 'post_start',
      found: 'to_be_finished',
      possibly_repeated: true,
    },
    { step: 'service.old:remove', address: 'service.old', verb: 'remove', found: 'gone', possibly_repeated: false },
  ],
  restarts: ['service.api'],
};

describe('an earlier run that did not end', () => {
  it('is told with what was found of its steps, what is owed, and what may happen a second time', () => {
    expect(renderInterrupted(INTERRUPTED, WIDE)).toBe(
      [
        'An earlier run (trueup apply, 2026-01-31 12:03) did not end: of 5 steps that it had under way 2 are as declared, 2 are finished now, 1 is gone with what it was about.',
        '  It still owed a restart, which is done now: service.api.',
        '  Possibly repeated, since it may have happened already: the restart of service.api, the post_start of service.api.',
      ].join('\n'),
    );
  });

  it('is told to have left data in part where it was cut off while it put it back', () => {
    const step = {
      step: 'volume.data:restore_data',
      address: 'volume.data',
      verb: 'restore_data',
      found: 'as_declared',
      possibly_repeated: false,
    } as const;

    expect(renderInterrupted({ ...INTERRUPTED, steps: [step], restarts: [] }, WIDE)).toContain(
      'Data was being put back, and may be there in part only: volume.data. Put it back again: `trueup rollback --volumes --list` shows from what.',
    );
  });

  it('is one line where it left nothing half-way', () => {
    expect(renderInterrupted({ ...INTERRUPTED, steps: [], restarts: [] }, WIDE)).toBe(
      'An earlier run (trueup apply, 2026-01-31 12:03) did not end: none of its steps was under way.',
    );
    expect(renderInterrupted({ ...INTERRUPTED, steps: INTERRUPTED.steps.slice(0, 1), restarts: [] }, WIDE)).toBe(
      'An earlier run (trueup apply, 2026-01-31 12:03) did not end: the step that it had under way is as declared.',
    );
  });

  it('is not told where it is over, and its restarts are', () => {
    expect(renderOwed(['service.api', 'service.web'], WIDE)).toBe(
      'Restarts that an earlier run still owed, for itself or for its hooks: service.api, service.web.',
    );
  });

  it('stands in the document of the run that tells of it', () => {
    const interrupted = { ...INTERRUPTED, started_at: '2026-01-31T12:03:00.000Z' };

    const document = runDocument(run(), [], interrupted);

    expect(schemaErrors('run', document)).toEqual([]);
    expect(document['interrupted']).toEqual(interrupted);
  });
});

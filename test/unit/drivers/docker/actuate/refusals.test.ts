import { describe, expect, it } from 'vitest';
import { isNameTaken } from '../../../../../src/drivers/docker/actuate/refusals.ts';
import { TrueupError } from '../../../../../src/model/failure.ts';

describe('a refusal', () => {
  it.each([
    { of: 'Docker', error: new TrueupError('step_failed', 'conflict', { fields: { status: 409 } }), isTaken: true },
    { of: 'Podman', error: new TrueupError('name_in_use', 'in use', { fields: { status: 500 } }), isTaken: true },
    { of: 'a failure', error: new TrueupError('step_failed', 'lost', { fields: { status: 500 } }), isTaken: false },
    { of: 'a defect', error: new Error('409'), isTaken: false },
  ])('of $of says whether the name is taken: $isTaken', ({ error, isTaken }) => {
    expect(isNameTaken(error)).toBe(isTaken);
  });
});

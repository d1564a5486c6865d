import { expect, it } from 'vitest';
import { recordGates } from '../../../src/flow/gate-verdicts.ts';
import type { Recorded } from '../../../src/model/observed.ts';
import type { RecordedStore } from '../../../src/state/recorded.ts';
import { desired, result, run } from '../../support/builders.ts';
import { recordedOf } from '../../support/planning.ts';

const web = desired('web');
const REASON = 'it was not ready within 25s';
const START = Date.parse('2026-01-31T10:00:00.000Z');

/** Records the verdict of a quiet look `afterMs` later, and says how often something was written and what stands. */
function looks(...given: readonly { readonly afterMs: number; readonly met?: boolean; readonly isBusy?: boolean }[]): {
  readonly written: number;
  readonly at: string | undefined;
  readonly reason: string | undefined;
} {
  let written = 0;
  let now: Recorded = recordedOf([web]);
  const store: RecordedStore = {
    get: () => now,
    set: () => expect.unreachable(),
    record(address, resource) {
      written += 1;
      if (resource !== null) now = { ...now, resources: { ...now.resources, [address]: resource } };
    },
    flush: async () => {},
  };
  for (const { afterMs, met = true, isBusy = false } of given) {
    const started = new Date(START + afterMs).toISOString();
    const gate = {
      address: web.address,
      condition: 'service_healthy',
      met,
      reason: met ? null : REASON,
      gate: null,
    } as const;
    const steps = isBusy ? [result(web.address, 'start')] : [];
    recordGates(store, run({ started_at: started, duration_ms: 0, steps, gates: [gate] }));
  }
  const gate = now.resources[web.address]?.gate;
  return { written, at: gate?.at, reason: gate?.reason };
}

it('writes nothing where a look finds what was found within the minute before', () => {
  expect(looks({ afterMs: 0 }, { afterMs: 59_000 })).toMatchObject({ written: 1, at: '2026-01-31T10:00:00.000Z' });
});

it('writes what is new: another verdict, one that was long ago, one of another start', () => {
  expect(looks({ afterMs: 0 }, { afterMs: 10, met: false }).written).toBe(2);
  expect(looks({ afterMs: 0 }, { afterMs: 61_000 })).toMatchObject({ written: 2, at: '2026-01-31T10:01:01.000Z' });
  expect(looks({ afterMs: 0 }, { afterMs: 10, isBusy: true }).written).toBe(2);
});

it('keeps why a gate was not met, for whoever looks later', () => {
  expect(looks({ afterMs: 0, met: false }).reason).toBe(REASON);
  expect(looks({ afterMs: 0, met: false }, { afterMs: 10 }).reason).toBeUndefined();
});

/** One of each event of the long-lived side, complete: a member of the union that is missing here does not compile. */
import type { ProgressEvent } from '../../src/model/events.ts';
import type { ServeEvent, ServeEventDetail } from '../../src/model/serve-event.ts';
import { COMMIT, diagnostic, probe, result, run, step } from './builders.ts';

/** Of a freeze of an hour. */
export const FREEZE_TIMES = { since: '2026-01-31T09:00:00.000Z', until: '2026-01-31T10:00:00.000Z' };
const REVISION = { commit: COMMIT, dirty: false };

export function served(
  detail: ServeEventDetail,
  overrides: { readonly at?: string; readonly environment?: string } = {},
): ServeEvent {
  return { environment: 'shop/local', at: '2026-01-31T10:00:00.000Z', ...overrides, ...detail };
}

/** A pass that ended, in sync unless it is said otherwise. */
export function passEnded(
  overrides: Partial<Omit<Extract<ServeEventDetail, { type: 'pass_ended' }>, 'type'>> = {},
  when: { readonly at?: string; readonly environment?: string } = {},
): ServeEvent {
  const detail = {
    type: 'pass_ended' as const,
    outcome: 'in_sync' as const,
    revision: REVISION,
    duration_ms: 12.5,
    run: null,
    failure: null,
    diagnostics: [],
    next_at: null,
    ...overrides,
  };
  return served(detail, when);
}

const PROGRESS: { readonly [Type in ProgressEvent['type']]: Extract<ProgressEvent, { readonly type: Type }> } = {
  run_started: { type: 'run_started', run: 'R1', environment: 'local', steps: [step('service.web', 'start')] },
  step_started: { type: 'step_started', step: step('service.web', 'start') },
  step_progress: { type: 'step_progress', step: step('service.web', 'start'), message: 'half of it' },
  probe: { type: 'probe', address: 'service.web', probe: probe() },
  step_ended: { type: 'step_ended', step: step('service.web', 'start'), result: result('service.web', 'start') },
  stopping: { type: 'stopping' },
  run_ended: { type: 'run_ended', run: run() },
};

type Detail<Type extends ServeEventDetail['type']> = ServeEventDetail & { readonly type: Type };

const DETAILS: { readonly [Type in Exclude<ServeEventDetail['type'], 'progress'>]: Detail<Type> } = {
  triggered: { type: 'triggered', kind: 'git', reason: 'commit 1a2b3c4d5e6f' },
  pass_started: { type: 'pass_started', revision: REVISION, reasons: ['commit 1a2b3c4d5e6f'] },
  planned: { type: 'planned', changes: 2, drift: ['service.web'], withheld: 0, after_ms: 41.7 },
  pass_ended: {
    type: 'pass_ended',
    outcome: 'failed',
    revision: REVISION,
    duration_ms: 12.5,
    run: run({ status: 'failed' }),
    failure: { code: 'step_failed', message: 'it failed', retryable: true, fields: { port: 8080 }, next: null },
    diagnostics: [diagnostic()],
    next_at: '2026-01-31T10:00:01.000Z',
  },
  state_changed: { type: 'state_changed', from: 'uninitialized', to: 'provisioning', reason: 'a run began' },
  resource_changed: {
    type: 'resource_changed',
    address: 'service.web',
    run_state: 'missing',
    health: 'unknown',
    reason: null,
  },
  drift_found: { type: 'drift_found', addresses: ['service.web', 'service.db'] },
  drift_over: { type: 'drift_over', addresses: ['service.web'] },
  quarantined: { type: 'quarantined', revision: REVISION, why: 'the gate of service.web did not open' },
  quarantine_lifted: { type: 'quarantine_lifted', revision: REVISION, why: 'another revision was carried out' },
  frozen: { type: 'frozen', address: 'service.web', reason: 'debugging', ...FREEZE_TIMES },
  freeze_ended: { type: 'freeze_ended', address: 'service.web', reason: 'debugging', ...FREEZE_TIMES },
  orphaned: { type: 'orphaned', why: 'no manifest declares it any more' },
  declared_again: { type: 'declared_again', why: 'a manifest declares it again' },
  source_lost: { type: 'source_lost', what: 'the remote', why: 'timeout' },
  source_back: { type: 'source_back', what: 'the remote', why: 'it answers' },
  engine_lost: { type: 'engine_lost', what: 'docker', why: 'the socket is closed' },
  engine_back: { type: 'engine_back', what: 'docker', why: 'it answers' },
};

export function oneOfEach(): readonly ServeEvent[] {
  return [
    ...Object.values(DETAILS),
    ...Object.values(PROGRESS).map((event) => ({ type: 'progress' as const, event })),
  ].map((detail) => served(detail));
}

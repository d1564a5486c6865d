/** How loud the log tells of what happens in the daemon: what waits for a person is an error, what may yet is a warning. Pure. */
import type { PassOutcome, ServeEvent } from '../../model/serve-event.ts';
import type { EnvironmentState } from '../../model/served.ts';

export type EventLevel = 'info' | 'warn' | 'error';

export function eventLevel(event: ServeEvent): EventLevel {
  switch (event.type) {
    case 'source_lost':
    case 'engine_lost':
    case 'quarantined':
      return 'error';
    case 'orphaned':
    case 'drift_found':
      return 'warn';
    case 'pass_ended':
      return OUTCOMES[event.outcome];
    case 'state_changed':
      return STATES[event.to] ?? 'info';
    case 'resource_changed':
      return event.health === 'unhealthy' ? 'warn' : 'info';
    case 'triggered':
    case 'pass_started':
    case 'planned':
    case 'progress':
    case 'drift_over':
    case 'quarantine_lifted':
    case 'frozen':
    case 'freeze_ended':
    case 'declared_again':
    case 'source_back':
    case 'engine_back':
      return 'info';
    default:
      return event satisfies never;
  }
}

const OUTCOMES: Readonly<Record<PassOutcome, EventLevel>> = {
  in_sync: 'info',
  reported: 'info',
  applied: 'info',
  cancelled: 'info',
  held: 'warn',
  blocked: 'warn',
  failed: 'error',
  invalid: 'error',
};

const STATES: Readonly<Partial<Record<EnvironmentState, EventLevel>>> = { failed: 'error', degraded: 'warn' };

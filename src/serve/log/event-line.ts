/** What happens in the daemon as lines for people; `null` for what is no news to them. Pure. */
import type { Run } from '../../model/run.ts';
import type { ServeEvent } from '../../model/serve-event.ts';
import { failedIn, rolledBackIn } from '../../flow/run-outcome.ts';
import { freezeEndText, listed, plural, revisionText } from '../../report/words.ts';
import { diagnosticWords } from './diagnostic-words.ts';

const MOST = 3;

export function serveEventLine(event: ServeEvent): string | null {
  switch (event.type) {
    case 'triggered':
      return `${event.kind}: ${event.reason}`;
    case 'pass_started':
    case 'progress':
      return null;
    case 'resource_changed':
      return event.health === 'unhealthy' ? unhealthyLine(event) : null;
    case 'planned':
      return plannedLine(event);
    case 'pass_ended':
      return endedLine(event);
    case 'state_changed':
      return `${event.from} → ${event.to}: ${event.reason}`;
    case 'drift_found':
      return `drift found: ${listed(event.addresses, MOST)}`;
    case 'drift_over':
      return `drift is over: ${listed(event.addresses, MOST)}`;
    case 'quarantined':
      return `${revisionText(event.revision)} is quarantined: ${event.why}`;
    case 'quarantine_lifted':
      return `${revisionText(event.revision)} is quarantined no more`;
    case 'frozen':
      return `${event.address} is frozen until ${freezeEndText(event)}: ${event.reason}`;
    case 'freeze_ended':
      return `${event.address} is frozen no more (${event.reason})`;
    case 'orphaned':
      return `orphaned: ${event.why}`;
    case 'declared_again':
      return `orphaned no more: ${event.why}`;
    case 'source_lost':
      return lostWords(event);
    case 'source_back':
      return `${event.what} can be read again: ${event.why}`;
    case 'engine_lost':
      return `engine ${event.what} does not answer: ${event.why}`;
    case 'engine_back':
      return `engine ${event.what} answers again`;
    default:
      return event satisfies never;
  }
}

function lostWords({ what, why, next }: Extract<ServeEvent, { readonly what: string }>): string {
  const isSaid = / commit [0-9a-f]+ stays$/.test(why) || (next ?? '').endsWith(' stays');
  const held = isSaid ? '' : '; what was declared last is held';
  const rest = `${held}${nextWords(next)}`;
  if (why.startsWith(`${what} `)) return `${why}${rest}`;
  // Reading is not what failed.
  const isOtherwise = / cannot be written| is refused/.test(why);
  return `${what}${isOtherwise ? '' : ' cannot be read'}: ${why}${rest}`;
}

/** What the reader can do. */
function nextWords(next: string | null | undefined): string {
  return next === null || next === undefined ? '' : `; ${next}`;
}

function unhealthyLine({ address, reason }: Extract<ServeEvent, { type: 'resource_changed' }>): string {
  return `${address} is unhealthy${reason === null ? '' : `: ${reason}`}`;
}

function plannedLine({
  changes,
  drift,
  withheld,
  after_ms: ms,
}: Extract<ServeEvent, { type: 'planned' }>): string | null {
  if (changes === 0 && drift.length === 0 && withheld === 0) return null;
  const parts = [
    plural(changes, 'change'),
    ...(drift.length === 0 ? [] : [`drift of ${listed(drift, MOST)}`]),
    ...(withheld === 0 ? [] : [`${withheld} withheld`]),
  ];
  return `plan: ${parts.join(', ')} (after ${ms}ms)`;
}

function endedLine(event: Extract<ServeEvent, { type: 'pass_ended' }>): string {
  const { outcome, duration_ms: ms, run, failure, diagnostics, next_at: nextAt } = event;
  const parts = [
    `${outcome.replace('_', ' ')}${placeWords(event)}`,
    ...(run === null ? [] : [runWords(run)]),
    ...(failure === null ? [] : [`${failure.message}${nextWords(failure.next)}`]),
    ...diagnostics
      .filter(({ severity }) => severity === 'error')
      .slice(0, MOST)
      .map(diagnosticWords),
    ...(nextAt === null ? [] : [`tried again at ${nextAt}`]),
  ];
  return `${parts.join('; ')} (${ms}ms)`;
}

/** ` at 1a2b3c4`; what is held is not what is declared. */
function placeWords({ revision, held }: Extract<ServeEvent, { type: 'pass_ended' }>): string {
  const declared = revisionText(revision);
  if (held === null) return `: ${declared} is left alone, and nothing else is known to have been healthy`;
  const text = revisionText(held ?? revision);
  return text === declared ? ` at ${text}` : ` at ${text}, in place of ${declared}`;
}

function runWords(run: Run): string {
  const done = run.steps.filter(({ status, phase }) => status === 'done' && phase !== 'gate').length;
  const failed = failedIn(run);
  const back = rolledBackIn(run);
  const rest = [
    ...(failed.length === 0 ? [] : [`${listed(failed, MOST)} failed`]),
    ...(back.length === 0 ? [] : [`${listed(back, MOST)} rolled back`]),
  ];
  return [`run ${run.id} ${run.status}, ${plural(done, 'step')} done`, ...rest].join(', ');
}

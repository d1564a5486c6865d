/** From events to what they mean for those who are told: what is wrong, since when it is not, and what has happened. Pure. */
import type { ServeEvent } from '../../model/serve-event.ts';
import { PROBLEM_KINDS, type ProblemKind } from '../../model/notification.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Quarantine } from '../../model/observed.ts';
import type { Run } from '../../model/run.ts';
import type { EnvironmentState, Freeze } from '../../model/served.ts';
import { troubleWords } from '../sources/source-trouble.ts';

/** One thing that is wrong. The same subject for the same cause is the same thing; the text may differ each time. */
export interface Finding {
  readonly subject: string;
  readonly cause: string;
  readonly text: string;
}

export type Signal =
  /** These are wrong; `whole`: and nothing else of this kind any more. */
  | {
      readonly type: 'found';
      readonly kind: ProblemKind;
      readonly findings: readonly Finding[];
      readonly whole: boolean;
    }
  /** These subjects are good again; `null` for all. */
  | { readonly type: 'over'; readonly kind: ProblemKind; readonly subjects: readonly string[] | null }
  /** The environment itself is gone: nothing of it is wrong, and nothing is good again. */
  | { readonly type: 'gone'; readonly kind: ProblemKind }
  | { readonly type: 'happened'; readonly text: string };

const ITSELF = 'environment';

export function signalsOf(event: ServeEvent): readonly Signal[] {
  switch (event.type) {
    case 'pass_ended':
      return passSignals(event);
    case 'state_changed':
      return degradedSignals(event.to, event.reason);
    case 'drift_found':
      return [
        found(
          'drift',
          event.addresses.map((subject) => ({ subject, cause: 'drift', text: '' })),
        ),
      ];
    case 'drift_over':
      return [over('drift', event.addresses)];
    case 'quarantined':
      return [quarantinedSignal(event)];
    case 'quarantine_lifted':
      return [over('quarantined', null)];
    case 'frozen':
      return [found('frozen', [frozenSignal(event)])];
    case 'freeze_ended':
      return [over('frozen', [event.address])];
    // The same thing as the pass that finds nothing to carry out, which follows.
    case 'orphaned':
      return [found('stalled', [{ subject: ITSELF, cause: 'environment_not_found', text: event.why }], true)];
    case 'declared_again':
      return [over('stalled', null)];
    case 'source_lost':
    case 'engine_lost':
      return [found('unreachable', [lostFinding(event)])];
    case 'source_back':
    case 'engine_back':
      return [over('unreachable', [unreachable(event)])];
    case 'triggered':
    case 'pass_started':
    case 'planned':
    case 'progress':
    case 'resource_changed':
      return [];
    default:
      return event satisfies never;
  }
}

/** A loss for another reason is another one, also where it began before. */
function lostFinding(event: Extract<ServeEvent, { readonly what: string }>): Finding {
  const { why, next = null, cause = 'lost' } = event;
  return { subject: unreachable(event), cause, text: troubleWords({ why, next }) };
}

function unreachable({ type, what, environment }: Extract<ServeEvent, { readonly what: string }>): string {
  const isEngine = type === 'engine_lost' || type === 'engine_back';
  return unreachableSubject(isEngine ? 'engine' : 'source', what, environment.slice(environment.indexOf('/') + 1));
}

export function unreachableSubject(kind: 'engine' | 'source', what: string, environment: string): string {
  return kind === 'engine' ? `engine ${what} of ${environment}` : `source ${what}`;
}

export function quarantinedSignal({ revision, why }: Pick<Quarantine, 'revision' | 'why'>): Signal {
  const subject = revision.commit?.slice(0, 12) ?? 'the working tree';
  return found('quarantined', [{ subject, cause: 'quarantined', text: why }], true);
}

export function frozenSignal({ address, reason }: Pick<Freeze, 'address' | 'reason'>): Finding {
  return { subject: address, cause: reason, text: reason };
}

/** Whom an event is about: what cannot be reached is told once for all environments of a repo, else each for itself. */
export function aboutOf(event: ServeEvent): string {
  const isShared = 'what' in event;
  return isShared ? sharedBy(event.environment) : event.environment;
}

/** The repo of an environment. */
export function sharedBy(environment: string): string {
  return environment.split('/', 1)[0] ?? '';
}

type PassEnded = Extract<ServeEvent, { readonly type: 'pass_ended' }>;

function passSignals(event: PassEnded): readonly Signal[] {
  const { outcome } = event;
  const carriedOut: readonly Signal[] = [over('failed', null), over('stalled', null)];
  switch (outcome) {
    case 'in_sync':
      return [...carriedOut, over('drift', null)];
    case 'reported':
      return carriedOut;
    case 'applied':
      return [...carriedOut, { type: 'happened', text: appliedText(event.run) }];
    case 'failed':
      return [found('failed', failures(event), true), over('stalled', null)];
    case 'invalid':
      return [found('stalled', [invalid(event.diagnostics)], true)];
    case 'blocked':
      return isPassing(event) ? [] : [found('stalled', [blocked(event)], true)];
    // What was healthy last is held: that the declared revision failed is as true as before.
    case 'held':
    case 'cancelled':
      return [];
    default:
      return outcome satisfies never;
  }
}

/** What is over when the other run is, or is told as something that cannot be reached. */
function isPassing({ failure }: PassEnded): boolean {
  return failure !== null && (failure.retryable || failure.code === 'locked' || failure.code === 'engine_unreachable');
}

function failures({ run, failure }: PassEnded): readonly Finding[] {
  const failed = (run?.steps ?? []).flatMap(({ status, address, error }) =>
    status === 'failed' ? [{ subject: address, cause: error?.code ?? 'failed', text: error?.message ?? '' }] : [],
  );
  const closed = (run?.gates ?? []).flatMap(({ met, address, reason }) =>
    met ? [] : [{ subject: address, cause: 'gate_not_met', text: reason ?? 'its gate is not met' }],
  );
  const known = [...failed, ...closed];
  if (known.length > 0) return [...new Map(known.toReversed().map((finding) => [finding.subject, finding])).values()];
  return [{ subject: ITSELF, cause: failure?.code ?? 'failed', text: failure?.message ?? '' }];
}

function invalid(diagnostics: readonly Diagnostic[]): Finding {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const where = first?.source ? `${first.source.file}:${first.source.start.line}: ` : '';
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : '';
  const text = first === undefined ? 'the manifests have mistakes' : `${where}${first.summary}${more}`;
  return { subject: 'manifests', cause: first?.code ?? 'invalid', text };
}

function blocked({ failure }: PassEnded): Finding {
  const text = failure === null ? 'something is in the way' : failure.message;
  return { subject: ITSELF, cause: failure?.code ?? 'blocked', text };
}

function appliedText(run: Run | null): string {
  if (run === null) return 'what git declares was applied';
  const done = new Set(
    run.steps.flatMap(({ status, phase, address }) => (status === 'done' && phase !== 'gate' ? [address] : [])),
  );
  const commit = run.revision.commit?.slice(0, 12) ?? 'the working tree';
  return `${run.mode === 'destroy' ? 'destroyed' : 'applied'} ${commit}: ${listed([...done].sort())}`;
}

/** A few names, and how many more. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

export function degradedSignals(to: EnvironmentState, reason: string): readonly Signal[] {
  switch (to) {
    case 'degraded':
    case 'failed':
      return [found('degraded', [{ subject: ITSELF, cause: to, text: reason }], true)];
    case 'healthy':
    case 'stopped':
      return [over('degraded', null)];
    case 'uninitialized':
    case 'terminated':
      return PROBLEM_KINDS.map((kind) => ({ type: 'gone', kind }));
    case 'provisioning':
      return [];
    default:
      return to satisfies never;
  }
}

function found(kind: ProblemKind, findings: readonly Finding[], whole = false): Signal {
  return { type: 'found', kind, findings, whole };
}

function over(kind: ProblemKind, subjects: readonly string[] | null): Signal {
  return { type: 'over', kind, subjects };
}

/** The lines of a journal: what a run was about to do, each step before and after its engine call, and its end. */
import { isAddress, type Address } from '../model/address.ts';
import { STEP_PHASES, type StepPhase } from '../model/plan.ts';
import type { Revision } from '../model/desired.ts';
import type { RunStatus, StepStatus } from '../model/run.ts';
import { flag, listOf, nullable, objectOf, oneOf, type Shape, text, textThat } from './shape.ts';
import { parseJson, type ParsedJson } from './stored-json.ts';

export interface JournalChange {
  readonly address: Address;
  readonly action: string;
  readonly reason: string;
}

export interface JournalStep {
  readonly id: string;
  readonly address: Address;
  readonly changed: Address;
  readonly verb: string;
  readonly phase: StepPhase;
}

/** What a run means to do. */
export interface JournalIntent {
  readonly run: string;
  /** For people: `trueup apply`. */
  readonly command: string;
  readonly mode: 'apply' | 'destroy';
  readonly revision: Revision;
  readonly started_at: string;
  readonly changes: readonly JournalChange[];
  readonly steps: readonly JournalStep[];
}

/** What a run has found to be done as well, before it does it: what its second stage planned. */
export type JournalExtension = Pick<JournalIntent, 'changes' | 'steps'>;

/** A restart that a run was to carry out and did not: nothing that can be observed says that it is missing. */
export interface OwedRestart {
  readonly address: Address;
  /** Whether it may have happened all the same. */
  readonly possibly_repeated: boolean;
}

export type JournalEntry =
  | ({ readonly type: 'restart_owed' } & OwedRestart)
  | ({ readonly type: 'run_begun' } & JournalIntent)
  | ({ readonly type: 'run_extended'; readonly run: string } & JournalExtension)
  | { readonly type: 'step_begun'; readonly run: string; readonly step: string; readonly at: string }
  | {
      readonly type: 'step_ended';
      readonly run: string;
      readonly step: string;
      readonly status: StepStatus;
      readonly at: string;
    }
  | { readonly type: 'run_ended'; readonly run: string; readonly status: RunStatus; readonly at: string };

const address = textThat(isAddress, 'an address');

const changes = listOf(objectOf({ address, action: text, reason: text }));
const steps = listOf(objectOf({ id: text, address, changed: address, verb: text, phase: oneOf(STEP_PHASES) }));

const SHAPES: Readonly<Record<JournalEntry['type'], Shape>> = {
  restart_owed: objectOf({ address, possibly_repeated: flag }),
  run_begun: objectOf({
    run: text,
    command: text,
    mode: oneOf(['apply', 'destroy']),
    revision: objectOf({ commit: nullable(text), dirty: flag }),
    started_at: text,
    changes,
    steps,
  }),
  run_extended: objectOf({ run: text, changes, steps }),
  step_begun: objectOf({ run: text, step: text, at: text }),
  step_ended: objectOf({ run: text, step: text, status: text, at: text }),
  run_ended: objectOf({ run: text, status: text, at: text }),
};

/** One line of a journal. A type that this version does not know was added by a newer minor format. */
export function parseEntry(line: string): ParsedJson<JournalEntry | { readonly type: 'unknown' }> {
  const typed = parseJson<{ readonly type: string }>(line, objectOf({ type: text }));
  if (typed.status === 'damaged') return typed;
  const { type } = typed.value;
  if (!isKnown(type)) return { status: 'read', value: { type: 'unknown' } };
  return parseJson<JournalEntry>(line, SHAPES[type]);
}

function isKnown(type: string): type is JournalEntry['type'] {
  return Object.hasOwn(SHAPES, type);
}

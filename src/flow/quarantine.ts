/** Quarantine: whether a revision could be carried out, as far as runs of the whole environment have shown. Pure. */
import { createHash } from 'node:crypto';
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { canonicalJson, compareText, type Json } from '../model/json.ts';
import type { Quarantine } from '../model/observed.ts';
import type { GateCheck, Run, StepResult } from '../model/run.ts';
import { failedIn, rolledBackIn } from './run-outcome.ts';

export interface Attempted {
  /** Whether this very revision was healthy before, and nothing that the run did was asked for by git. */
  readonly isProven: boolean;
  /** What drifted before the run, which left it so: that its gate is not met says nothing of the revision. */
  readonly leftDrifted: ReadonlySet<Address>;
  /** Of what was declared, as {@link desiredDigest} makes it. Asked only where the run has failed. */
  digest(): string;
  /** Takes known secrets out of a text. */
  mask(text: string): string;
}

/**
 * What a run of the whole environment leaves of a quarantine. A run that was interrupted, or that could not go on for want of
 * its own state or of its engine, says nothing about the revision; neither does one that fails to put right what the world has changed,
 * or that does not touch it.
 *
 * An engine that goes away whenever a revision is carried out, for ever, never leads to a quarantine either: nobody could hold
 * another revision on it. What bounds such runs is the pause between passes, which grows with each that fails.
 */
export function quarantineAfter(before: Quarantine | null, run: Run, attempted: Attempted): Quarantine | null {
  if (run.status === 'succeeded') return null;
  const trouble = troubleOf(run, attempted.leftDrifted);
  if (run.status === 'cancelled' || run.mode === 'destroy' || trouble === null) return before;
  const { commit, dirty } = run.revision;
  const at = new Date(Date.parse(run.started_at) + run.duration_ms).toISOString();
  const digest = attempted.digest();
  const again = before !== null && before.digest === digest;
  if (attempted.isProven && !again) return before;
  return {
    revision: { commit, dirty },
    digest,
    run: run.id,
    since: again ? before.since : at,
    at,
    failed: failedIn(run).filter((address) => !attempted.leftDrifted.has(address)),
    reason: rolledBackIn(run).length > 0 ? 'rolled_back' : trouble.reason,
    why: firstLine(attempted.mask(trouble.why)),
    attempts: again ? before.attempts + 1 : 1,
  };
}

/** Whether what is declared now is what is quarantined, at whatever commit: one that changes nothing of it is no fix. */
export function isQuarantined(quarantine: Quarantine, environment: DesiredEnvironment): boolean {
  return quarantine.digest === desiredDigest(environment);
}

/**
 * Equal for environments that want the same, at whatever revision. Secrets stand in it as keyed hashes, as everywhere in
 * recorded state.
 */
export function desiredDigest(environment: DesiredEnvironment): string {
  const { type, project, engines, policies, moved, ignore_differences: ignored } = environment;
  const resources = [...environment.resources.values()]
    .sort((left, right) => compareText(left.address, right.address))
    // What the working tree has otherwise than git is no part of what is wanted.
    .map(({ untracked: _, uses, dependencies, ...resource }): Json => {
      return { ...resource, uses: [...uses], dependencies: dependencies.map((dependency) => ({ ...dependency })) };
    });
  const wanted: Json = {
    type,
    project,
    // What an engine is inside of stands among the resources.
    engines: Object.fromEntries(
      Object.entries(engines).map(([key, { name, driver, settings }]) => [key, { name, driver, settings }]),
    ),
    policies: { ...policies },
    moved: moved.map((one) => ({ ...one })),
    ignored: ignored.map(({ address, field_path, reason, until }) => ({ address, field_path, reason, until })),
    resources,
  };
  return createHash('sha256').update(canonicalJson(wanted)).digest('hex');
}

interface Trouble {
  readonly reason: 'step_failed' | 'gate_not_met';
  readonly why: string;
}

function troubleOf(run: Run, leftDrifted: ReadonlySet<Address>): Trouble | null {
  const failed = run.steps.filter(
    ({ status, error, address }) =>
      status === 'failed' && error?.code !== 'state_unwritable' && !leftDrifted.has(address),
  );
  const step = failed.find(({ error }) => error?.code !== 'engine_unreachable');
  if (step !== undefined)
    return { reason: step.phase === 'gate' ? 'gate_not_met' : 'step_failed', why: stepText(step) };
  if (failed.length > 0) return null;
  // Without evidence nobody could look at it, because the engine went away: that proves nothing either.
  const gate = run.gates.find(
    ({ met, gate: evidence, address }) => !met && evidence !== null && !leftDrifted.has(address),
  );
  return gate === undefined ? null : { reason: 'gate_not_met', why: gateText(gate) };
}

function stepText({ id, error }: StepResult): string {
  return `${id} failed${error === null ? '' : `: ${error.message}`}`;
}

function gateText({ address, condition, reason }: GateCheck): string {
  return `${address}:${condition} is not met${reason === null ? '' : `: ${reason}`}`;
}

/** Engines answer at length; the report of the run holds all of it. */
function firstLine(text: string): string {
  const [line = ''] = text.split('\n');
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line;
}

const MOST_CHARACTERS = 300;

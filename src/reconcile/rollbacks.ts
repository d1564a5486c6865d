/** What a run brought back: told from how its steps ended, so that it says nothing that did not happen. Pure. */
import type { Address } from '../model/address.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { Rollback, StepResult } from '../model/run.ts';

/** In the outcome of a step that brings something back: whether that still ran. */
const WENT_ON = 'went_on';

export function rollbacksOf(
  plan: Pick<Plan, 'steps' | 'changes'>,
  results: readonly StepResult[],
): readonly Rollback[] {
  const { steps, changes } = plan;
  const byId = new Map(results.map((result) => [result.id, result]));
  const begun = new Set(results.flatMap(({ id, started_at: startedAt }) => (startedAt === null ? [] : [id])));
  const recovering = steps.filter(({ phase, id }) => phase === 'recover' && begun.has(id));
  return [...Map.groupBy(recovering, ({ changed }) => changed)]
    .filter(([changed, own]) => {
      const wasDown = own.some(({ id }) => byId.get(id)?.outcome[WENT_ON] === false);
      // What is new has nothing to go back to: it only goes.
      const isNew = changes.some(({ address, action }) => address === changed && action === 'create');
      return wasDown || (!isNew && steps.some((step) => isTouching(step, changed) && begun.has(step.id)));
    })
    .map(([changed, own]) => rollbackOf(changed, own, steps, byId));
}

/** What was only prepared ahead is cleared away, and nothing was taken from anybody. */
function isTouching({ phase, changed }: Step, of: Address): boolean {
  return changed === of && phase !== 'prepare' && phase !== 'gate' && phase !== 'recover';
}

/** Hooks run while it is up. */
function isDown({ phase, changed, address, verb }: Step, of: Address): boolean {
  return (phase === 'stop' || phase === 'settle') && changed === of && address === of && verb !== 'pre_stop';
}

function rollbackOf(
  address: Address,
  recovering: readonly Step[],
  steps: readonly Step[],
  byId: ReadonlyMap<string, StepResult>,
): Rollback {
  const ids = new Set(recovering.map(({ id }) => id));
  // The gate of what was brought back belongs to it.
  const gates = steps.filter(
    ({ phase, depends_on }) => phase === 'gate' && depends_on.some(({ step }) => ids.has(step)),
  );
  const back = [...recovering, ...gates].flatMap(({ id }) => byId.get(id) ?? []);
  const down = steps.filter((step) => isDown(step, address)).flatMap(({ id }) => byId.get(id) ?? []);
  return {
    address,
    name: recovering[0]?.name ?? '',
    because: causeOf(recovering, byId),
    status: back.every(({ status }) => status === 'done' || status === 'not_needed') ? 'restored' : 'failed',
    downtime_ms: downtimeOf(down, back),
  };
}

function downtimeOf(down: readonly StepResult[], back: readonly StepResult[]): number | null {
  const beganAt = timesOf(down, 'start');
  if (beganAt.length > 0) return Math.max(0, Math.round(Math.max(...timesOf(back, 'end')) - Math.min(...beganAt)));
  return back.some(({ outcome }) => outcome[WENT_ON] === false) ? null : 0;
}

/** The first step that failed of those which the recovery watched; else the first that did not get done. */
function causeOf(recovering: readonly Step[], byId: ReadonlyMap<string, StepResult>): string {
  const watched = recovering
    .flatMap(({ depends_on }) => depends_on)
    .filter(({ when }) => when === 'failed')
    .flatMap(({ step }) => byId.get(step) ?? []);
  const failed = watched.find(({ status }) => status === 'failed') ?? watched.find(({ status }) => status !== 'done');
  return failed?.skipped_because ?? failed?.id ?? '';
}

/** Milliseconds since the epoch of what was really begun. */
function timesOf(results: readonly StepResult[], which: 'start' | 'end'): readonly number[] {
  return results.flatMap(({ started_at: startedAt, duration_ms: duration }) =>
    startedAt === null ? [] : [Date.parse(startedAt) + (which === 'end' ? duration : 0)],
  );
}

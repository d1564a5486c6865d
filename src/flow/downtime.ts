/**
 * Expected downtime: how long what a plan interrupts was down in earlier runs that did the same to it. Reads the history
 * once, and no more reports than it takes; nothing at all for a plan that interrupts nothing.
 */
import type { Address } from '../model/address.ts';
import type { Change } from '../model/change.ts';
import type { DowntimeEstimate } from '../model/estimate.ts';
import type { HistoryEntry } from '../model/history.ts';
import type { Json } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import type { StateFolder } from '../state/folder.ts';
import { readHistory } from '../state/history.ts';
import { carriedOutIn, downtimeIn, medianOf, takenDown } from './downtime-in-run.ts';
import { readRunReport } from './run-report.ts';

/** The latest ones count: what is run now is nearest to them. */
const MOST_RUNS = 5;

/** Of reports of runs that did nothing of the kind. */
const MOST_READ = 20;

/** Where earlier runs are remembered. */
export interface RememberedRuns {
  readonly state: StateFolder;
  readonly repository: { readonly root: string };
}

/** One for each resource that is interrupted and comes back, in the order of the changes. */
export async function expectedDowntimes(
  { state, repository }: RememberedRuns,
  plan: Plan,
): Promise<readonly DowntimeEstimate[]> {
  const interrupted = plan.changes.filter(isInterrupted);
  if (interrupted.length === 0) return [];
  const known = new Map<Address, number[]>(interrupted.map(({ address }) => [address, []]));
  const down = takenDown(plan.steps);
  const asked = interrupted.filter(({ address }) => down.has(address));
  const { entries } = asked.length === 0 ? { entries: [] } : await readHistory(state, plan.environment);
  let left = MOST_READ;
  for (const entry of entries.toReversed()) {
    const open = asked.filter((change) => wants(change, entry) && (known.get(change.address)?.length ?? 0) < MOST_RUNS);
    if (open.length === 0) continue;
    if (left === 0) break;
    left -= 1;
    note(open, await readRunReport(repository.root, entry.report), known);
  }
  return interrupted.map(({ address }) => {
    const measured = known.get(address) ?? [];
    return { address, downtime_ms: medianOf(measured), runs: measured.length };
  });
}

/** What goes for good has no downtime that ends. */
function isInterrupted({ address, impact }: Change): boolean {
  return impact.downtime && impact.restarts.includes(address);
}

/** Whether a run may have done the same. */
function wants({ address, action }: Change, { report, summary, targets = [] }: HistoryEntry): boolean {
  return report !== null && summary[action] > 0 && (targets.length === 0 || targets.includes(address));
}

function note(changes: readonly Change[], report: Json, known: ReadonlyMap<Address, number[]>): void {
  const run = carriedOutIn(report);
  for (const { address, action } of changes) {
    const downtime = downtimeIn(run, address, action);
    if (downtime !== null) known.get(address)?.push(downtime);
  }
}

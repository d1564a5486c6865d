/**
 * What became of a resource in the last run that was about it: from the history, and from the report of that run where it is
 * still there. Reads files alone; one that is gone or cannot be read leaves out what it would have told.
 */
import type { Address } from '../model/address.ts';
import type { LastFailure } from '../model/explanation.ts';
import type { HistoryEntry } from '../model/history.ts';
import { type Json, member } from '../model/json.ts';
import { readHistory } from '../state/history.ts';
import { itemsIn, readRunReport } from './run-report.ts';
import type { Workspace } from './workspace.ts';

/** `null` where it went well, or nobody remembers a run of it. */
export async function lastFailureOf(
  workspace: Workspace,
  environment: string,
  address: Address,
): Promise<LastFailure | null> {
  const { entries } = await readHistory(workspace.state, environment);
  const last = entries.findLast(({ targets = [] }) => targets.length === 0 || targets.includes(address));
  if (last === undefined || last.status === 'succeeded') return null;
  return failureIn(last, address, await readRunReport(workspace.repository.root, last.report));
}

/** `report` is the document of that run; `null` where it is not there. */
export function failureIn(entry: HistoryEntry, address: Address, report: Json): LastFailure | null {
  const { run, command, started_at: at } = entry;
  const head = { run, command, at, skipped_because: null, message: null, next: null };
  const own = itemsIn(report, 'steps').filter((step) => member(step, 'address') === address);
  for (const status of ['failed', 'skipped', 'cancelled'] as const) {
    const step = own.find((one) => member(one, 'status') === status && member(one, 'phase') !== 'recover');
    if (step === undefined) continue;
    const error = member(step, 'error');
    return {
      ...head,
      step: textOf(member(step, 'id')),
      status,
      skipped_because: textOf(member(step, 'skipped_because')),
      message: textOf(member(error, 'message')),
      next: textOf(member(error, 'next')),
    };
  }
  const gate = itemsIn(report, 'gates').find(
    (one) => member(one, 'address') === address && member(one, 'met') === false,
  );
  if (gate !== undefined) {
    const condition = textOf(member(gate, 'condition')) ?? 'gate';
    const message = textOf(member(gate, 'reason'));
    return { ...head, step: `${address}:${condition}`, status: 'gate_not_met', message };
  }
  return entry.failed.includes(address) ? { ...head, step: null, status: 'failed' } : null;
}

function textOf(value: Json): string | null {
  return typeof value === 'string' ? value : null;
}

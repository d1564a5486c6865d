/** Records what the gates of services with a health check came to in a run: where an engine has no verdict, nobody has seen more. */
import type { Address } from '../model/address.ts';
import type { GateVerdict } from '../model/observed.ts';
import type { Run } from '../model/run.ts';
import type { RecordedStore } from '../state/recorded.ts';

/** Younger than that it is no news that a verdict is the same, and nothing is written for it. */
const NEWS_MS = 60_000;

export function recordGates(store: RecordedStore, run: Run): void {
  for (const [address, gate] of gateVerdicts(run)) {
    const known = store.get().resources[address];
    if (known !== undefined && (run.steps.length > 0 || isNews(gate, known.gate)))
      store.record(address, { ...known, gate });
  }
}

function isNews(now: GateVerdict, before: GateVerdict | undefined): boolean {
  return now.met !== before?.met || Date.parse(now.at) - Date.parse(before.at) > NEWS_MS;
}

/** The latest of each. */
function gateVerdicts(run: Run): ReadonlyMap<Address, GateVerdict> {
  const verdicts = new Map<Address, GateVerdict>();
  const add = (address: Address, met: boolean, at: number, reason: string | null | undefined): void => {
    const before = verdicts.get(address);
    if (before !== undefined && Date.parse(before.at) > at) return;
    const why = met || reason === null || reason === undefined ? {} : { reason };
    verdicts.set(address, { met, at: new Date(at).toISOString(), ...why });
  };
  for (const { address, phase, verb, status, started_at: startedAt, duration_ms: durationMs, error } of run.steps) {
    const isGate = phase === 'gate' && verb === 'service_healthy' && startedAt !== null;
    if (isGate && (status === 'done' || status === 'failed'))
      add(address, status === 'done', Date.parse(startedAt) + durationMs, error?.message);
  }
  const end = Date.parse(run.started_at) + run.duration_ms;
  for (const { address, condition, met, reason } of run.gates)
    if (condition === 'service_healthy') add(address, met, end, reason);
  return verdicts;
}

/**
 * What happens to the VMs of one environment, from what is seen of them and what is done to them: events, and what is known of
 * each VM afterwards. What trueup causes goes along the arrows between statuses; a jump without it is the world's. Nothing is
 * read or written here.
 */
import { type Address, keyOf } from '../model/address.ts';
import type { JsonObject } from '../model/json.ts';
import type { VmEvent, VmEventSeverity, VmEventType, VmMemory } from '../model/vm-event.ts';
import { type RestingVmStatus, type VmStatus, wayTo } from '../model/vm-status.ts';

/** What a look at the engine shows of a VM. */
export interface VmSeen {
  readonly id: string;
  readonly status: VmStatus;
  /** One sentence; `null` where there is nothing to explain. */
  readonly reason: string | null;
  /** ISO 8601; `null` where the engine does not say. */
  readonly created_at: string | null;
  /** ISO 8601: since when it runs. */
  readonly since: string | null;
}

export interface VmLedgerOptions {
  readonly environment: string;
  readonly memory: ReadonlyMap<Address, VmMemory>;
  /** ISO 8601. */
  now(): string;
  newId(): string;
  /** Takes known secrets out of a text. */
  mask(text: string): string;
}

export interface VmNews {
  readonly type: VmEventType;
  readonly severity: VmEventSeverity;
  readonly message: string;
  readonly details?: JsonObject;
}

/** Where it does not stay: whatever is seen after it is no jump. */
const PASSING: ReadonlySet<VmStatus> = new Set(['Starting', 'Stopping', 'Suspending', 'Resuming', 'Unknown']);

export class VmLedger {
  readonly #options: VmLedgerOptions;
  readonly #memory: Map<Address, VmMemory>;
  #events: VmEvent[] = [];

  constructor(options: VmLedgerOptions) {
    this.#options = options;
    this.#memory = new Map(options.memory);
  }

  get memory(): ReadonlyMap<Address, VmMemory> {
    return this.#memory;
  }

  /** What is not taken yet, oldest first. */
  takeEvents(): readonly VmEvent[] {
    const taken = this.#events;
    this.#events = [];
    return taken;
  }

  /** A look at one that is there. */
  seen(address: Address, seen: VmSeen): void {
    const known = this.#memory.get(address);
    const { id, status, created_at: createdAt, reason } = seen;
    if (known === undefined || (known.id !== null && known.id !== id)) {
      if (known !== undefined) this.#jumped(address, known.status, status, 'somebody has made it anew', 'Warning');
      const since = status === 'Running' ? seen.since : null;
      this.#memory.set(address, { id, status, created_at: createdAt, last_started: since, last_stopped: null });
      return;
    }
    this.#memory.set(address, { ...known, id, created_at: createdAt ?? known.created_at });
    if (known.status === status) return;
    const isJump = !PASSING.has(known.status);
    const text = reason ?? (isJump ? 'trueup has not done that' : 'as it was found');
    this.#jumped(address, known.status, status, text, isJump ? 'Warning' : 'Info');
    this.#moved(address, status, seen.since);
  }

  /** A look that shows that it is not there. */
  gone(address: Address): void {
    const known = this.#memory.get(address);
    if (known === undefined) return;
    this.#jumped(address, known.status, 'Unknown', 'it is gone, and trueup has not removed it', 'Warning');
    this.#memory.delete(address);
  }

  /** Something is told that moves nothing. */
  tell(address: Address, { type, severity, message, details = {} }: VmNews): void {
    const { environment, newId, now, mask } = this.#options;
    this.#events.push({
      id: newId(),
      vmId: `${environment}/${address}`,
      eventType: type,
      message: mask(message),
      details,
      timestamp: now(),
      severity,
    });
  }

  /** A step begins that brings it there. Gives where it was, for the end of the step. */
  begins(address: Address, to: RestingVmStatus, details: JsonObject): VmStatus {
    const from = this.#memory.get(address)?.status ?? 'Stopped';
    const [first] = wayTo(from, to);
    if (first !== undefined) this.#passes(address, from, first, details);
    return from;
  }

  /** It is where the step was to bring it. */
  arrives(address: Address, from: VmStatus, to: RestingVmStatus, details: JsonObject): void {
    const [first, ...rest] = wayTo(from, to);
    let before = first;
    for (const status of rest) {
      if (before !== undefined) this.#passes(address, before, status, details);
      before = status;
    }
    this.#moved(address, to, null);
  }

  /** The step failed half-way: where it is now, the next look says. */
  stuck(address: Address, message: string, details: JsonObject): void {
    this.tell(address, { type: 'ErrorOccurred', severity: 'Error', message, details });
    const known = this.#memory.get(address);
    if (known !== undefined) this.#memory.set(address, { ...known, status: 'Unknown' });
  }

  /** trueup has made it, at that time; what is remembered of another one under its address says nothing of it. */
  made(address: Address, at: string): void {
    const known = this.#memory.get(address);
    const moments = { last_started: after(at, known?.last_started), last_stopped: after(at, known?.last_stopped) };
    this.#memory.set(address, { id: null, status: known?.status ?? 'Stopped', created_at: at, ...moments });
  }

  /** trueup has removed it. */
  removed(address: Address, details: JsonObject): void {
    this.tell(address, { type: 'SystemEvent', severity: 'Info', message: `${keyOf(address)} was removed`, details });
    this.#memory.delete(address);
  }

  #jumped(address: Address, from: VmStatus, to: VmStatus, why: string, severity: VmEventSeverity): void {
    const message = `${keyOf(address)} went from ${from} to ${to}: ${why}`;
    const details = { from, to, cause: severity === 'Warning' ? 'world' : 'unknown' };
    this.tell(address, { type: 'StatusChanged', severity, message, details });
  }

  #passes(address: Address, from: VmStatus, to: VmStatus, details: JsonObject): void {
    const message = `${keyOf(address)} went from ${from} to ${to}`;
    const told = { from, to, cause: 'trueup', ...details };
    this.tell(address, { type: 'StatusChanged', severity: 'Info', message, details: told });
    this.#moved(address, to, null);
  }

  /** `at`: since when, where somebody knows. */
  #moved(address: Address, status: VmStatus, at: string | null): void {
    const nothing = { id: null, created_at: null, last_started: null, last_stopped: null };
    const known = this.#memory.get(address) ?? { ...nothing, status };
    const moment = at ?? this.#options.now();
    const isMoved = known.status !== status;
    this.#memory.set(address, {
      ...known,
      status,
      ...(status === 'Running' && isMoved ? { last_started: moment } : {}),
      ...(status === 'Stopped' && isMoved ? { last_stopped: moment } : {}),
    });
  }
}

function after(at: string, moment: string | null | undefined): string | null {
  return moment !== null && moment !== undefined && Date.parse(moment) >= Date.parse(at) ? moment : null;
}

/**
 * Snapshots that trueup takes of VMs by itself, before a step that could harm their disks: so many of them are kept as the
 * manifest says, and the oldest go once the new one is there. What a person took is never removed for that.
 */
import { createHash } from 'node:crypto';
import type { Actuator, Observer } from '../drivers/driver.ts';
import type { StepContext } from '../drivers/step-context.ts';
import type { ObjectReference } from '../drivers/scope.ts';
import type { Address } from '../model/address.ts';
import { TrueupError } from '../model/failure.ts';
import type { VmSnapshot } from '../model/vm-snapshot.ts';

export interface SystemSnapshot {
  readonly address: Address;
  readonly object: ObjectReference;
  readonly label: string;
  readonly description: string | null;
  /** How many that trueup took by itself stay, the new one included. */
  readonly keep: number;
  /** One that stays beside those: it is about to be restored. */
  readonly spared?: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface SnapshotCalls {
  readonly observer: Observer;
  readonly actuator: Actuator;
  readonly step: StepContext;
}

/** Of one VM and run there is one at most: where it is there, nothing is taken. */
export async function takeSystemSnapshot(
  { address, object, label, description, keep, spared, at }: SystemSnapshot,
  { observer, actuator, step }: SnapshotCalls,
): Promise<VmSnapshot> {
  const sights = observer.machines;
  const actions = actuator.machines;
  if (sights?.snapshots === undefined || actions?.takeSnapshot === undefined) throw noSnapshots(address);
  step.progress(`taking a snapshot of ${object.name}`);
  const request = { id: snapshotId(step.run, address), label, description, trigger: 'system', at } as const;
  const taken = await actions.takeSnapshot(object, request, step);
  const { ours } = await sights.snapshots(object, step.signal);
  const own = ours.filter(({ trigger, id }) => trigger === 'system' && id !== spared);
  for (const { id } of own.slice(0, Math.max(0, own.length - keep)))
    if (id !== taken.id) await actions.deleteSnapshot?.(object, id, step);
  return taken;
}

/** A UUID that is the same for the same VM and run. */
export function snapshotId(run: string, address: Address): string {
  const hex = createHash('sha256').update(`${run} ${address}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

export function noSnapshots(address: Address): TrueupError {
  return new TrueupError('unsupported', `the engine of ${address} takes no snapshots`, {
    fields: { address },
    next: 'place it on an engine that does',
  });
}

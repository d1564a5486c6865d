/**
 * Whether what a person asks of a VM can be done from where it is: the arrows between statuses bind what trueup causes. What is
 * asked of a whole environment goes whatever way leads there.
 */
import type { DriverModel } from '../drivers/driver.ts';
import { type Address, typeOf } from '../model/address.ts';
import { TrueupError } from '../model/failure.ts';
import type { VmMemory } from '../model/vm-event.ts';
import { isLegal, type VmCommand, type VmStatus } from '../model/vm-status.ts';
import { vmStatusOf } from '../model/vm-status-of.ts';
import type { Planned } from './planning.ts';
import { findObject } from './status.ts';

export interface AskedOfVms {
  readonly command: VmCommand;
  /** What was named; what is no VM is left out. */
  readonly addresses: readonly Address[];
}

export interface VmsNow extends Pick<Planned, 'declared' | 'observations'> {
  readonly owners: readonly string[];
  readonly models: ReadonlyMap<string, DriverModel>;
}

/** Throws `illegal_transition`. What its engine does not show is for the plan to say. */
export function assertLegal({ command, addresses }: AskedOfVms, now: VmsNow): void {
  const { declared, observations, owners, models } = now;
  for (const address of addresses) {
    const resource = declared.resources.get(address);
    if (resource?.type !== 'vm') continue;
    if (command === 'suspend' && models.get(resource.engine)?.suspends === undefined) {
      throw illegal(address, 'is on an engine that cannot suspend to disk', `run \`trueup stop ${address}\``);
    }
    const observation = observations.observations.get(resource.engine);
    if (observation?.status !== 'known') continue;
    const object = findObject(observation.objects, resource, owners);
    if (object === null) {
      if (command === 'suspend' || command === 'resume')
        throw illegal(address, 'is not there', `run \`trueup apply ${address}\``);
      continue;
    }
    const status = vmStatusOf(object.status);
    if (!isLegal(command, status)) throw illegalFrom(command, address, status);
  }
}

/**
 * The same for one who comes while another command is at it: on which way it has a VM, its run has written down. Where one rests
 * is no news of that run.
 */
export function assertLegalMeanwhile({ command, addresses }: AskedOfVms, memory: ReadonlyMap<Address, VmMemory>): void {
  for (const address of addresses.filter((one) => typeOf(one) === 'vm')) {
    const status = memory.get(address)?.status;
    if (status !== undefined && ON_ITS_WAY.has(status) && !isLegal(command, status))
      throw illegalFrom(command, address, status);
  }
}

const ON_ITS_WAY: ReadonlySet<VmStatus> = new Set(['Starting', 'Stopping', 'Suspending', 'Resuming']);

function illegalFrom(command: VmCommand, address: Address, status: VmStatus): TrueupError {
  const next = NEXT[status]?.(address) ?? `wait until it is there; \`trueup status ${address}\` shows it`;
  return illegal(address, `is ${status}, and from there it cannot ${command}`, next, status);
}

function illegal(address: Address, why: string, next: string, status: VmStatus | null = null): TrueupError {
  return new TrueupError('illegal_transition', `${address} ${why}`, { fields: { address, status }, next });
}

const NEXT: Readonly<Partial<Record<VmStatus, (address: Address) => string>>> = {
  Stopped: (address) => `run \`trueup start ${address}\` first`,
  Suspended: (address) => `run \`trueup resume ${address}\` first`,
  Error: (address) => `run \`trueup apply ${address}\`, which repairs it`,
};

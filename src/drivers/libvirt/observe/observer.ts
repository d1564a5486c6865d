/** The observer: what is defined, what runs, and what stands in the pool. It runs no command that changes anything. */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { LastCopy, Observation, ObservedObject, Ownership } from '../../../model/observed.ts';
import type { Sealer } from '../../../model/secret.ts';
import type { Observer } from '../../driver.ts';
import type { LogOptions } from '../../log-line.ts';
import { Recent } from '../../recent.ts';
import type { OwnerMark } from '../../owner-mark.ts';
import type { ObjectReference, Scope } from '../../scope.ts';
import type { Engine } from '../engine.ts';
import type { LibvirtFacts } from '../facts.ts';
import { readingVirsh, type Virsh } from '../virsh/virsh.ts';
import { consoleLog } from './console.ts';
import { machineEvents } from './events.ts';
import { machineSights } from './machine-sights.ts';
import { askFacts } from './ask-facts.ts';
import { lastCopiesOf } from './last-copies.ts';
import { assertStillHeld } from './emptied-pool.ts';
import { isOnItsWay } from '../package/on-its-way.ts';
import { type DiskSight, type DomainSight, type HostSight, lookAtAll, lookAtSome } from './look.ts';
import { diskObject, machineObject, markOfMachine } from './objects.ts';
import { machineReadiness } from './readiness.ts';
import { readSeeds } from '../seed/read-seeds.ts';

export function libvirtObserver(engine: Engine, sealer: Sealer): Observer {
  const virsh = readingVirsh(engine);
  const facts = new Recent((signal) => askFacts(virsh, signal));
  const factsNow = facts.get.bind(facts);
  return {
    observe: (scope, signal) => observe({ virsh, sealer, factsNow }, scope, signal),
    events: (_scope, signal) => facts.forgetAtGaps(machineEvents(engine, signal)),
    logs: (object: ObjectReference, options: LogOptions, signal: AbortSignal) =>
      consoleLog(virsh, object.name, options, signal),
    readiness: (object, config: JsonObject, signal) => machineReadiness({ virsh, vm: object.name, config, signal }),
    machines: machineSights(virsh),
    close: () => Promise.resolve(),
  };
}

interface Looking {
  readonly virsh: Virsh;
  readonly sealer: Sealer;
  factsNow(signal: AbortSignal): Promise<LibvirtFacts>;
}

async function observe({ virsh, sealer, factsNow }: Looking, scope: Scope, signal: AbortSignal): Promise<Observation> {
  const { name: engine } = virsh.engine;
  signal.throwIfAborted();
  try {
    const [facts, sight] = await Promise.all([factsNow(signal), look(virsh, scope, signal)]);
    const copiesOf = (domain: DomainSight): readonly LastCopy[] =>
      scope.only === undefined ? lastCopiesOf(domain, sight, facts) : [];
    // What guests of others are told is not for us to read.
    const domains = sight.domains.filter((domain) => isMeant('vm', domain.name, markOfMachine(domain), scope));
    const disks = sight.disks.filter((disk) => isMeant('volume', disk.volume.name, disk.mark, scope));
    const objects = await objectsOf(virsh, { domains, disks }, { sealer, copiesOf }, signal);
    return { status: 'known', engine, facts, objects };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TrueupError) || error.code !== 'engine_unreachable') throw error;
    return { status: 'unreachable', engine, error: error.message, provided_by: null };
  }
}

async function look(virsh: Virsh, scope: Scope, signal: AbortSignal): Promise<HostSight> {
  if (scope.only !== undefined) return lookAtSome(virsh, scope.only, signal);
  const sight = await lookAtAll(virsh, scope.names.volume ?? [], signal);
  assertStillHeld(virsh.engine, sight);
  return sight;
}

async function objectsOf(
  virsh: Virsh,
  { domains, disks }: Pick<HostSight, 'domains' | 'disks'>,
  { sealer, copiesOf }: { readonly sealer: Sealer; copiesOf(domain: DomainSight): readonly LastCopy[] },
  signal: AbortSignal,
): Promise<readonly ObservedObject[]> {
  const seedOf = await readSeeds(virsh, domains, sealer, signal);
  return [
    ...domains.map((domain) => machineObject(domain, (defined) => seedOf(domain.name, defined), copiesOf(domain))),
    ...disks.filter(isWhole).map(diskObject),
  ];
}

/** What is still being put in place, or was when somebody was killed, is no disk. */
function isWhole({ mark }: DiskSight): boolean {
  return !isOnItsWay(mark?.kept ?? {});
}

/** Ours, or under a wanted name. */
function isMeant(type: 'vm' | 'volume', name: string, mark: OwnerMark | null, scope: Scope): boolean {
  const { owners, environment, names, only } = scope;
  if (only !== undefined) return true;
  return isOurs(mark?.ownership ?? null, owners, environment) || (names[type] ?? []).includes(name);
}

function isOurs(ownership: Ownership | null, owners: readonly string[], environment: string): boolean {
  return ownership !== null && ownership.environment === environment && owners.includes(ownership.owner);
}

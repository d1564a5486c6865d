/** The observer: what is defined, what runs, and what stands in the pool. It runs no command that changes anything. */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { LastCopy, Observation, ObservedObject } from '../../../model/observed.ts';
import type { Sealer } from '../../../model/secret.ts';
import type { Observer } from '../../driver.ts';
import type { LogOptions } from '../../log-line.ts';
import { Recent } from '../../recent.ts';
import type { ObjectReference, Scope } from '../../scope.ts';
import type { Engine } from '../engine.ts';
import type { LibvirtFacts } from '../facts.ts';
import { readingVirsh, type Virsh } from '../virsh/virsh.ts';
import { consoleLog } from './console.ts';
import { machineEvents } from './events.ts';
import { machineSights } from './machine-sights.ts';
import { askFacts } from './ask-facts.ts';
import { isMeant } from './is-meant.ts';
import { lastCopiesOf } from './last-copies.ts';
import { lookAtScope } from './look-at-scope.ts';
import { isOnItsWay } from '../package/on-its-way.ts';
import type { DiskSight, DomainSight, HostSight } from './look.ts';
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
    const [facts, sight] = await Promise.all([factsNow(signal), lookAtScope(virsh, scope, signal)]);
    const copiesOf = (domain: DomainSight): readonly LastCopy[] => lastCopiesOf(domain, sight, facts);
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

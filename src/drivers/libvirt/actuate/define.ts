/** Defines a machine, or tells libvirt what it is to be from its next start on. */
import type { Address } from '../../../model/address.ts';
import { type JsonObject, scalarText } from '../../../model/json.ts';
import { fragmentsOf } from '../domain/fragments.ts';
import { overlaid, type Present } from '../domain/overlay.ts';
import type { DomainSpec } from '../domain/spec.ts';
import { specOf } from '../domain/spec-of.ts';
import { domainElement, keptOf } from '../domain/write.ts';
import { defaultFamily, type LibvirtFacts } from '../facts.ts';
import { isMachine } from '../machines.ts';
import { ownerMark } from '../../owner-mark.ts';
import { markOf } from '../marks.ts';
import type { DomainSight } from '../observe/look.ts';
import { attributeOf, elementAt } from '../xml/element.ts';
import { writeXml } from '../xml/write.ts';
import { withFile } from '../virsh/files.ts';
import { refused } from '../virsh/failures.ts';
import type { Changing } from './changing.ts';
import { machineAt } from './machine-at.ts';
import { putSeed, removeSeeds } from '../seed/put-seed.ts';
import { redefineAll } from '../snapshots/keep.ts';

/** Idempotent: what is defined already is defined again, as the same machine. */
export async function defineMachine(
  changing: Changing,
  address: Address,
  { name, config }: { readonly name: string; readonly config: JsonObject },
): Promise<JsonObject> {
  const { virsh, context } = changing;
  const facts = await changing.facts();
  const found = await machineAt(changing, name);
  const seed = await putSeed(changing, name, config);
  const spec = specNow({ address, name, config, found, facts, changing, seed });
  const autostart = ['autostart', name, ...(config['autostart'] === true ? [] : ['--disable'])];
  const definition = found === null ? domainElement(spec) : overlaid(domainElement(spec), presentOf(found), config);
  await withFile(writeXml(definition), async (file) => {
    const [defined, started] = await virsh.ask([['define', file], autostart], context.signal);
    if (defined?.stderr !== '') throw refused(virsh.engine, 'define', defined?.stderr ?? '');
    if (started?.stderr !== '') throw refused(virsh.engine, 'autostart', started?.stderr ?? '');
  });
  if (found === null) await redefineAll(changing, name);
  await removeSeeds(changing, name, seed, found?.live ?? null);
  return { accelerator: spec.accelerator };
}

function presentOf({ inactive }: DomainSight): Present {
  return { domain: inactive, fragments: fragmentsOf(markOf(inactive)?.kept ?? {}) };
}

interface Parts {
  readonly address: Address;
  readonly name: string;
  readonly config: JsonObject;
  readonly found: DomainSight | null;
  readonly facts: LibvirtFacts;
  readonly changing: Changing;
  readonly seed: string | null;
}

function specNow({ address, name, config, found, facts, changing, seed }: Parts): DomainSpec {
  const known = found === null ? null : markOf(found.inactive);
  const mark = ownerMark(address, { ...keptOf(config), name }, changing.context);
  const created = known?.ownership.created_revision ?? mark.ownership.created_revision;
  return {
    ...specOf(name, config, facts),
    uuid: found?.uuid ?? null,
    mark: { ...mark, ownership: { ...mark.ownership, created_revision: created } },
    machine: machineOf(config, found, facts),
    seed,
  };
}

/** The version of a board that a machine has it keeps, also where nobody declares one: another is another machine to its guest. */
function machineOf(config: JsonObject, found: DomainSight | null, facts: LibvirtFacts): string | null {
  const declared = typeof config['machine'] === 'string' ? config['machine'] : null;
  const present = found === null ? null : attributeOf(elementAt(found.inactive, 'os', 'type'), 'machine');
  const wanted = declared ?? defaultFamily(facts, scalarText(config['arch'] ?? facts.host_arch));
  return present !== null && wanted !== null && isMachine(wanted, present) ? present : declared;
}

/** Machines and disks as trueup sees them: what is defined, what runs otherwise, and whose it is. */
import { type Address, addressOf, keyOf } from '../../../model/address.ts';
import { isJsonObject, type JsonObject, memberAt } from '../../../model/json.ts';
import type { LastCopy, ObservedObject, ObservedStatus } from '../../../model/observed.ts';
import { formatSize } from '../../../model/quantity.ts';
import { lagging, readDomain, readKept } from '../domain/read.ts';
import { ATTACHED } from '../domain/disks.ts';
import { type OwnerMark } from '../../owner-mark.ts';
import { markOf, nameInMark } from '../marks.ts';
import { digestOfBase, ROOT_DISK } from '../names.ts';
import { attributeOf, type XmlElement } from '../xml/element.ts';
import { runMarkOf } from '../run-mark.ts';
import { defaultMetaData } from '../seed/seed-files.ts';
import type { DiskSight, DomainSight } from './look.ts';

export function machineObject(
  sight: DomainSight,
  seedOf: (domain: XmlElement) => JsonObject,
  lastCopies: readonly LastCopy[] = [],
): ObservedObject {
  const { name, uuid, inactive, live, state, autostart, persistent } = sight;
  const mark = markOfMachine(sight);
  const kept = mark?.kept ?? {};
  // Its disks are called by the name that it was defined under: whoever renames it by hand renames none of them.
  const ownName = nameInMark(inactive, name);
  const project = (domain: XmlElement): JsonObject => ({ ...readDomain(domain, ownName, kept), ...seedOf(domain) });
  const defined = project(inactive);
  return {
    type: 'vm',
    name,
    id: uuid,
    ownership: mark?.ownership ?? null,
    configured: {
      ...defined,
      ...readKept(kept),
      autostart,
      run_state: state.run_state,
      uses: disksOf(defined, mark),
      // What was undefined while it ran is gone as soon as it stops.
      defined: persistent,
    },
    ...(defined['cloud_init'] === null ? {} : { defaults: { cloud_init: { meta_data: defaultMetaData(ownName) } } }),
    effective: live === null ? null : lagging(defined, project(live)),
    ...(lastCopies.length === 0 ? {} : { last_copies: lastCopies }),
    status: machineStatus(sight),
  };
}

export function markOfMachine({ inactive, live }: Pick<DomainSight, 'inactive' | 'live'>): OwnerMark | null {
  return markOf(inactive) ?? (live === null ? null : markOf(live));
}

/** Its disks, as what they are declared as: they go after it. */
function disksOf({ disk, additional_disks: further }: JsonObject, mark: OwnerMark | null): readonly Address[] {
  if (mark === null) return [];
  const names = [
    ...(disk === ATTACHED ? [ROOT_DISK] : []),
    ...(isJsonObject(further ?? null) ? Object.keys(further ?? {}) : []),
  ];
  return names.map((name) => addressOf('volume', `${keyOf(mark.ownership.address)}.${name}`));
}

function machineStatus({ uuid, state, live, persistent }: DomainSight): ObservedStatus {
  const id = attributeOf(live, 'id');
  const since = startedAt(live);
  const isSuspended = state.run_state === 'paused' && state.vm_status === undefined;
  return {
    run_state: state.run_state,
    reason: state.reason ?? (persistent ? null : 'it is undefined, and gone once it stops'),
    since,
    exit_code: null,
    restarts: 0,
    incarnation: id === null ? null : `${uuid}.${id}.${since ?? ''}`,
    health: 'none',
    ...(state.vm_status === undefined ? {} : { vm_status: state.vm_status }),
    details: {
      uuid,
      id: id === null ? null : Number(id),
      ...(isSuspended ? { suspended_to: 'memory' } : {}),
      ...(state.run_state === 'suspended' ? { suspended_to: 'disk' } : {}),
    },
  };
}

/** What we wrote beside the running machine when we started it; somebody else may have. */
function startedAt(live: XmlElement | null): string | null {
  return runMarkOf(live)?.at ?? null;
}

export function diskObject({ volume, mark }: DiskSight): ObservedObject {
  const kept = mark?.kept ?? {};
  const size = memberAt(kept, 'image', 'size');
  return {
    type: 'volume',
    name: volume.name,
    id: volume.path,
    ownership: mark?.ownership ?? null,
    configured: {
      size: formatSize(volume.bytes),
      format: volume.format,
      image: volume.over === null ? null : imageOf(volume.over, kept),
      protect: kept['protect'] ?? false,
      deletion_policy: kept['deletion_policy'] ?? null,
    },
    // A disk is as large as its image where nobody says.
    ...(typeof size === 'string' ? { defaults: { size } } : {}),
    effective: null,
    status: {
      run_state: null,
      reason: null,
      since: null,
      exit_code: null,
      restarts: 0,
      incarnation: null,
      health: 'none',
      details: { path: volume.path, allocation: volume.allocation },
    },
  };
}

/** What it lies over says by its name what it is; where it was found, the mark says. */
function imageOf(over: string, kept: JsonObject): JsonObject {
  const digest = digestOfBase(over);
  const isKnown = digest !== null && digest === memberAt(kept, 'image', 'sha256');
  return {
    location: isKnown ? memberAt(kept, 'image', 'location') : over,
    digest: isKnown ? [digest, memberAt(kept, 'image', 'sha512')] : digest === null ? null : [digest],
  };
}

/** The pure face of the libvirt driver: what it carries, what a change takes, and which steps carry it out. */
import { sameBytes } from '../same-bytes.ts';
import type { ResourceType } from '../../model/address.ts';
import type { Effect } from '../../model/change.ts';
import { durationMs } from '../../model/duration.ts';
import { type FieldPath, parseFieldPath } from '../../model/field-path.ts';
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonEqual,
  member,
  memberAt,
  scalarText,
} from '../../model/json.ts';
import type { Facts } from '../../model/observed.ts';
import type { DriverModel, FindObject } from '../driver.ts';
import { ATTACHED } from './domain/disks.ts';
import { MIB } from './domain/memory.ts';
import { SETTINGS } from './engine.ts';
import { autoAccelerator, defaultFamily, isLibvirtFacts } from './facts.ts';
import { DISK_FIELD_NAMES, diskEffect, MACHINE_FIELD_NAMES, machineEffect } from './fields.ts';
import { hasRootDisk, impliedDisks } from './implied.ts';
import { isMachine } from './machines.ts';
import { notices } from './notices.ts';
import { refusals } from './refusals.ts';
import { stepsFor } from './steps/steps.ts';

export const libvirtModel: DriverModel = {
  resourceTypes: ['vm', 'volume'],
  addressedForGood: [],
  settings: SETTINGS,
  unsupported: refusals,
  notices,
  implied: impliedDisks,
  comparable,
  equal,
  effect,
  steps: stepsFor,
  life: ({ verb }) => {
    if (verb === 'start') return 'start';
    return verb === 'stop' || verb === 'suspend' ? 'stop' : null;
  },
  suspends: ({ verb }) => verb === 'suspend',
};

function comparable(type: ResourceType, config: JsonObject, facts: Facts | null): JsonObject {
  if (type === 'volume') return picked(config, DISK_FIELD_NAMES);
  if (type !== 'vm') return {};
  const arch = config['arch'] ?? (isLibvirtFacts(facts) ? facts.host_arch : null);
  const family = typeof arch === 'string' ? defaultFamily(facts, arch) : null;
  return {
    ...picked(config, MACHINE_FIELD_NAMES),
    arch,
    machine: config['machine'] ?? family,
    accelerator: acceleratorOf(config, facts),
    // What a disk is, its own object says; here only whether it is attached.
    disk: hasRootDisk(config) ? ATTACHED : null,
    additional_disks: namesOnly(config['additional_disks']),
    defined: config['defined'] ?? true,
    others: config['others'] ?? {},
    maximum: config['maximum'] ?? {},
  };
}

function picked(config: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(config, name) ? [[name, config[name] ?? null]] : [])),
  );
}

function acceleratorOf(config: JsonObject, facts: Facts | null): Json {
  const declared = config['accelerator'] ?? null;
  return declared === 'auto' && isLibvirtFacts(facts) ? autoAccelerator(facts, config['arch'] ?? null) : declared;
}

function namesOnly(disks: Json | undefined): JsonObject {
  if (!isJsonObject(disks)) return {};
  return Object.fromEntries(Object.entries(disks).map(([key, disk]) => [key, { name: member(disk, 'name') }]));
}

function equal(
  type: ResourceType,
  path: FieldPath,
  desired: Json,
  observed: Json,
  _find: FindObject,
  whole: JsonObject = {},
): boolean {
  if (jsonEqual(desired, observed)) return true;
  const names = parseFieldPath(path) ?? [];
  const field = names.at(-1) ?? '';
  if (type === 'volume') return sameOfDisk(names, desired, observed, whole);
  switch (field) {
    case 'machine':
      return typeof observed === 'string' && (desired === null || isMachine(scalarText(desired), observed));
    case 'accelerator':
      // Hosts that run no machines at all have neither.
      return observed === null || desired === 'auto';
    case 'memory':
      return sameBytes(desired, observed, MIB);
    case 'stop_grace_period':
      return durationMs(desired, -1) === durationMs(observed, -1);
    case 'mac_address':
      return desired === null || scalarText(desired).toLowerCase() === scalarText(observed).toLowerCase();
    default:
      return false;
  }
}

/** libvirt rounds disks up to whole sectors. */
const SECTOR = 512;

function sameOfDisk(names: readonly string[], desired: Json, observed: Json, whole: JsonObject): boolean {
  const [group, field] = names;
  if (group === 'size') return desired === null || sameBytes(desired, observed, SECTOR);
  if (group !== 'image') return false;
  const digest = memberAt(whole, 'image', 'digest');
  // By content where it is declared, wherever that was found.
  if (field === 'digest') return desired === null || (isJsonArray(observed) && observed.includes(desired));
  return field === 'location' && digest !== null;
}

function effect(
  type: ResourceType,
  path: FieldPath,
  before: Json,
  after: Json,
  _facts: Facts | null,
  desired: JsonObject = {},
): Effect {
  const [field = ''] = parseFieldPath(path) ?? [];
  if (type === 'volume') return diskEffect(field, before, after);
  return type === 'vm' ? machineEffect(field, before, after, desired) : 'unsupported';
}

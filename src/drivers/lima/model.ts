/** The pure face of the Lima driver: what it carries, what a change takes, and which steps carry it out. */
import { sameBytes } from '../same-bytes.ts';
import type { ResourceType } from '../../model/address.ts';
import type { Effect } from '../../model/change.ts';
import { durationMs } from '../../model/duration.ts';
import { type FieldPath, parseFieldPath } from '../../model/field-path.ts';
import { type Json, type JsonObject, jsonEqual, member, scalarText } from '../../model/json.ts';
import type { Facts } from '../../model/observed.ts';
import type { DriverModel } from '../driver.ts';
import { acceleratorFor } from './accelerator.ts';
import { SETTINGS } from './engine.ts';
import { isLimaFacts } from './facts.ts';
import { DISK_FIELD_NAMES, diskEffect, MACHINE_FIELD_NAMES, machineEffect } from './fields.ts';
import { impliedDisks } from './implied.ts';
import { notices } from './notices.ts';
import { refusals } from './refusals.ts';
import { stepsFor } from './steps/steps.ts';
import { membersOf, SECTOR } from './template/write.ts';

export const limaModel: DriverModel = {
  resourceTypes: ['vm', 'volume'],
  addressedForGood: [],
  settings: SETTINGS,
  unsupported: refusals,
  notices,
  implied: impliedDisks,
  comparable,
  equal: (_type, path, desired, observed) => isEqual(path, desired, observed),
  effect,
  steps: stepsFor,
  life: ({ verb }) => (verb === 'start' || verb === 'stop' ? verb : null),
};

function comparable(type: ResourceType, config: JsonObject, facts: Facts | null): JsonObject {
  if (type === 'volume') return { ...picked(config, DISK_FIELD_NAMES), defined: config['defined'] ?? true };
  if (type !== 'vm') return {};
  return {
    ...picked(config, MACHINE_FIELD_NAMES),
    // Of defaults nobody asks: what Lima does by itself hangs on the machine.
    ...(Object.hasOwn(config, 'accelerator') && isLimaFacts(facts)
      ? { accelerator: acceleratorFor(config, facts) }
      : {}),
    // What a disk is, its own object says; here only whether it is attached.
    additional_disks: namesOnly(config['additional_disks']),
    defined: config['defined'] ?? true,
    template_readable: config['template_readable'] ?? true,
    ignored_edits: config['ignored_edits'] ?? null,
  };
}

function picked(config: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(config, name) ? [[name, config[name] ?? null]] : [])),
  );
}

function namesOnly(disks: Json | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(membersOf(disks)).map(([key, disk]) => [key, { name: member(disk, 'name') }]),
  );
}

function isEqual(path: FieldPath, desired: Json, observed: Json): boolean {
  if (jsonEqual(desired, observed)) return true;
  switch (parseFieldPath(path)?.at(-1) ?? '') {
    case 'accelerator':
      // Left to Lima: then it is nothing that anybody could want otherwise.
      return desired === null;
    case 'memory':
      return sameBytes(desired, observed, 1);
    case 'disk':
    case 'size':
      return sameBytes(desired, observed, SECTOR);
    case 'stop_grace_period':
      return durationMs(desired, -1) === durationMs(observed, -1);
    case 'mac_address':
      return desired === null || scalarText(desired).toLowerCase() === scalarText(observed).toLowerCase();
    case 'digest':
      return desired === null && observed === '';
    default:
      return false;
  }
}

function effect(
  type: ResourceType,
  path: FieldPath,
  before: Json,
  after: Json,
  _facts: Facts | null,
  desired: JsonObject = {},
): Effect {
  const names = parseFieldPath(path) ?? [];
  if (type === 'volume') return diskEffect(names[0] ?? '', before, after);
  return type === 'vm' ? machineEffect({ names, before, after, desired }) : 'unsupported';
}

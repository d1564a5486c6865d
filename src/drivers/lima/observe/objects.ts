/** Machines and disks as trueup sees them: what their next start reads, what runs otherwise, and whose they are. */
import { type Address, addressOf, keyOf } from '../../../model/address.ts';
import { type Json, type JsonObject, jsonEqual, scalarText } from '../../../model/json.ts';
import type { ObservedObject } from '../../../model/observed.ts';
import { formatSize } from '../../../model/quantity.ts';
import type { Sealer } from '../../../model/secret.ts';
import type { Accelerator } from '../facts.ts';
import { idOf, numbersIn, originOf, readKept, textsIn } from '../marks.ts';
import { fixedDefaults, fixedPart, joined, otherPart } from '../template/fixed.ts';
import { rawOptions } from '../template/options.ts';
import { lagging, readOrigin, readTemplate } from '../template/read.ts';
import { membersOf } from '../template/write.ts';
import type { Intent } from '../intent.ts';
import type { DiskSight, MachineSight } from './look.ts';
import { machineStatus } from './machine-state.ts';

/** What it takes beyond a look to tell what a machine is. */
export interface MachineContext {
  readonly sealer: Sealer;
  /** What Lima fills in where nobody says: in a machine of this kind, and in one of which nothing is said at all. */
  readonly fallback: JsonObject;
  readonly usual: JsonObject;
  /** The template as it was applied last, filled in as well, where nobody can read the machine's own; `null` elsewhere. */
  readonly applied: JsonObject | null;
  /** What runs was started with, filled in as well; `null` where that is what the next start reads, or nobody knows. */
  readonly started: JsonObject | null;
  /** Under what it runs; `null` where it does not run, or that cannot be told. */
  readonly accelerator: Accelerator | null;
}

export function machineObject(sight: MachineSight, context: MachineContext): ObservedObject {
  return sight.unfinished === null ? wholeObject(sight, context) : unfinishedObject(sight, sight.unfinished);
}

/** What is to become of it is known, and that it is not there yet. There is nothing on it to lose, or to protect. */
function unfinishedObject(sight: MachineSight, { mark }: Intent): ObservedObject {
  const status = machineStatus(sight);
  return {
    type: 'vm',
    name: sight.name,
    id: sight.files.folder,
    ownership: mark.ownership,
    configured: { ...membersOf(mark.kept['config']), run_state: status.run_state, protect: false, defined: false },
    effective: null,
    holds_data: false,
    status,
  };
}

function wholeObject(sight: MachineSight, context: MachineContext): ObservedObject {
  const { name, files, mark, hasDisk, wasStarted } = sight;
  const ownership = mark?.ownership ?? null;
  const kept = mark?.kept ?? {};
  const known = sight.template ?? context.applied;
  const template = known === null ? null : withVmType(known, sight.listed);
  const now = template === null ? null : readNow(template, name, kept, context);
  const status = machineStatus(sight);
  const configured: JsonObject = {
    ...now?.fields,
    ...readKept(kept),
    accelerator: kept['accelerator'] ?? null,
    autostart: false,
    run_state: status.run_state,
    uses: disksOf(now?.fields ?? {}, ownership?.address ?? null),
    defined: true,
    template_readable: sight.template !== null,
    ignored_edits: now?.ignored ?? null,
  };
  const started = context.started === null ? null : readNow(context.started, name, kept, context).fields;
  return {
    type: 'vm',
    name,
    id: idOf(kept) ?? files.folder,
    ownership,
    configured,
    ...(now === null ? {} : { defaults: now.defaults }),
    effective: effectiveOf(configured, now?.fields ?? {}, started, context.accelerator),
    holds_data: hasDisk && wasStarted,
    status,
  };
}

/** Older ones leave it to the list. */
function withVmType(template: JsonObject, listed: JsonObject): JsonObject {
  return { ...template, vmType: template['vmType'] ?? listed['vmType'] ?? null };
}

interface Now {
  readonly fields: JsonObject;
  readonly defaults: JsonObject;
  /** What its template says of what it was made from, and Lima never reads again; `null` for nothing. */
  readonly ignored: Json;
}

function readNow(template: JsonObject, name: string, kept: JsonObject, context: MachineContext): Now {
  const { sealer, fallback, usual } = context;
  const secrets = textsIn(kept['secrets']);
  const plainScripts = numbersIn(kept['plain_scripts']);
  const options = rawOptions(template, fallback, membersOf(kept['driver_options']));
  const said = originIn(template);
  const made = originOf(kept) ?? said;
  const { driver_options: fixed = {}, ...origin } = made;
  return {
    fields: {
      ...readTemplate(template, { name, secrets, plainScripts, sealer }),
      ...origin,
      driver_options: joined(otherPart(options.present), membersOf(fixed)),
    },
    defaults: {
      arch: usual['arch'] ?? null,
      disk: fallback['disk'] ?? null,
      driver_options: joined(otherPart(options.defaults), fixedDefaults(usual, fallback)),
    },
    ignored: ignoredIn(said, made),
  };
}

/** What a machine is made from, and is known by for good. */
export function originIn(template: JsonObject): JsonObject {
  return { ...readOrigin(template), driver_options: fixedPart(template) };
}

function ignoredIn(said: JsonObject, made: JsonObject): Json {
  const names = [...new Set([...Object.keys(said), ...Object.keys(made)])];
  const edited = names.filter((name) => !jsonEqual(said[name] ?? null, made[name] ?? null));
  return edited.length === 0 ? null : Object.fromEntries(edited.map((name) => [name, said[name] ?? null]));
}

/** Its further disks, as what they are declared as: they go after it. */
function disksOf({ additional_disks: disks }: JsonObject, address: Address | null): readonly Address[] {
  if (address === null) return [];
  return Object.keys(membersOf(disks)).map((disk) => addressOf('volume', `${keyOf(address)}.${disk}`));
}

function effectiveOf(
  configured: JsonObject,
  now: JsonObject,
  started: JsonObject | null,
  accelerator: Accelerator | null,
): JsonObject | null {
  const behind = started === null ? null : lagging(withoutAddresses(now), withoutAddresses(started));
  const isOtherwise =
    accelerator !== null && configured['accelerator'] !== null && configured['accelerator'] !== accelerator;
  return isOtherwise ? { ...behind, accelerator } : behind;
}

/** Lima makes an address of the place of the template, which is another one for a copy of it. */
function withoutAddresses(fields: JsonObject): JsonObject {
  const networks = Object.entries(membersOf(fields['networks']));
  return { ...fields, networks: Object.fromEntries(networks.map(([name]) => [name, { name }])) };
}

export function diskObject({ name, listed, mark, isBegun }: DiskSight): ObservedObject {
  const kept = mark?.kept ?? {};
  const { dir, size, instance } = listed;
  return {
    type: 'volume',
    name,
    id: scalarText(dir ?? name),
    ownership: mark?.ownership ?? null,
    configured: {
      size: typeof size === 'number' ? formatSize(size) : null,
      protect: kept['protect'] ?? false,
      deletion_policy: kept['deletion_policy'] ?? null,
      defined: !isBegun,
    },
    effective: null,
    status: {
      run_state: null,
      reason: null,
      since: null,
      exit_code: null,
      restarts: 0,
      incarnation: null,
      health: 'none',
      details: { folder: dir ?? null, in_use_by: instance === '' ? null : (instance ?? null) },
    },
  };
}

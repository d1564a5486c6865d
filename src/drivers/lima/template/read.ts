/** A template with Lima's own defaults filled in, in the shape of what manifests declare. */
import {
  isJsonArray,
  type Json,
  type JsonObject,
  jsonEqual,
  member,
  memberAt,
  scalarText,
} from '../../../model/json.ts';
import { formatSize, parseSize } from '../../../model/quantity.ts';
import type { Sealer } from '../../../model/secret.ts';
import { diskKey } from '../names.ts';
import { readNetworks } from './networks.ts';
import { listOf, SHELL_LINE } from './write.ts';

export interface Reading {
  /** Of the machine. */
  readonly name: string;
  /** Of `environment_variables.NAME` and `provision.N` those that are secret. */
  readonly secrets: readonly string[];
  readonly sealer: Sealer;
  /** The scripts as they were declared: one without a first line of its own was given one. */
  readonly plainScripts: readonly number[];
}

/** What must be another machine to be otherwise. */
export function readOrigin(template: JsonObject): JsonObject {
  const [image = null] = listOf(template['images']);
  const digest = member(image, 'digest');
  const location = member(image, 'location');
  return {
    arch: template['arch'] ?? null,
    image: location === null ? null : { location, digest: digest === '' ? null : digest },
    kernel: memberAt(image, 'kernel', 'location'),
    cmdline: memberAt(image, 'kernel', 'cmdline'),
    initrd: memberAt(image, 'initrd', 'location'),
  };
}

/** What a start of the machine reads. */
export function readTemplate(template: JsonObject, reading: Reading): JsonObject {
  const { name, secrets, sealer } = reading;
  const sealed = (part: string, text: string): Json => (secrets.includes(part) ? sealer.seal(text) : text);
  return {
    cpus: template['cpus'] ?? null,
    memory: sizeOf(template['memory']),
    disk: sizeOf(template['disk']),
    additional_disks: keyed(listOf(template['additionalDisks']), (disk) => {
      const key = diskKey(name, scalarText(member(disk, 'name')));
      return [key, { name: key }];
    }),
    mounts: keyed(listOf(template['mounts']), readMount),
    networks: readNetworks(listOf(template['networks'])),
    port_forwards: keyed(listOf(template['portForwards']), readForward),
    provision: listOf(template['provision']).map((step, index) => ({
      mode: member(step, 'mode'),
      script: sealed(`provision.${index}`, scriptOf(step, reading.plainScripts.includes(index))),
    })),
    environment_variables: Object.fromEntries(
      Object.entries(groupOf(template['env'])).map(([key, value]) => [
        key,
        sealed(`environment_variables.${key}`, scalarText(value)),
      ]),
    ),
  };
}

function scriptOf(step: Json, isPlain: boolean): string {
  const script = scalarText(member(step, 'script'));
  return isPlain && script.startsWith(SHELL_LINE) ? script.slice(SHELL_LINE.length) : script;
}

function readMount(mount: Json): readonly [string, Json] {
  const host = scalarText(member(mount, 'location'));
  const point = member(mount, 'mountPoint');
  const path = typeof point === 'string' ? point : host;
  return [path, { host_path: host, guest_path: path, mode: member(mount, 'writable') === true ? 'rw' : 'ro' }];
}

/** One of a kind that no manifest has is called by what it forwards, so that it stands for itself. */
function readForward(forward: Json): readonly [string, Json] {
  const [guest, host] = ['guestPort', 'hostPort'].map((name) => Number(member(forward, name) ?? 0));
  const protocol = scalarText(member(forward, 'proto') ?? 'any');
  const address = scalarText(member(forward, 'hostIP') ?? '');
  const isPlain =
    guest !== undefined &&
    host !== undefined &&
    guest > 0 &&
    host > 0 &&
    member(forward, 'reverse') !== true &&
    member(forward, 'ignore') !== true;
  if (isPlain) return [String(host), { host_port: host, guest_port: guest, protocol, host_ip: address }];
  const names = ['guestSocket', 'hostSocket'].map((name) => member(forward, name)).filter(isText);
  const ranges = ['guestPortRange', 'hostPortRange'].map((name) =>
    listOf(member(forward, name)).map(scalarText).join('-'),
  );
  const key = names.length > 0 ? names.join(' ') : ranges.join(' ');
  return [key, { host_port: null, guest_port: null, protocol, host_ip: address }];
}

function isText(value: Json): value is string {
  return typeof value === 'string' && value !== '';
}

/** What of the running fields differs from the configured ones; `null` for nothing. */
export function lagging(configured: JsonObject, running: JsonObject): JsonObject | null {
  const behind = groupBehind(configured, running);
  return Object.keys(behind).length === 0 ? null : behind;
}

function groupBehind(configured: JsonObject, running: JsonObject): JsonObject {
  const behind: Record<string, Json> = {};
  for (const name of new Set([...Object.keys(configured), ...Object.keys(running)])) {
    const [now, then] = [configured[name] ?? null, running[name] ?? null];
    if (jsonEqual(now, then)) continue;
    const isGroup = [now, then].every((value) => typeof value === 'object' && value !== null && !isJsonArray(value));
    behind[name] = isGroup ? groupBehind(groupOf(now), groupOf(then)) : then;
  }
  return behind;
}

function sizeOf(value: Json | undefined): Json {
  const bytes = parseSize(scalarText(value ?? ''));
  return bytes === null ? null : formatSize(bytes);
}

function keyed(entries: readonly Json[], entryOf: (entry: Json) => readonly [string, Json]): JsonObject {
  return Object.fromEntries(entries.map(entryOf));
}

function groupOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !isJsonArray(value) ? value : {};
}

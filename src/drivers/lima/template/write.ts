/** The template that a machine is made from and started with: what is declared, in the words of Lima. */
import { isJsonArray, isJsonObject, type Json, type JsonObject, member, scalarText } from '../../../model/json.ts';
import { formatSize, parseSize } from '../../../model/quantity.ts';
import { isSecret, type Secret } from '../../../model/secret.ts';
import { diskName } from '../names.ts';
import { networkEntries } from './networks.ts';

export interface TemplateInput {
  /** Of the machine. */
  readonly name: string;
  readonly config: JsonObject;
  /** Lima's word for the host's kind of processor. */
  readonly hostArch: string;
  reveal(secret: Secret): string;
}

export function templateOf({ name, config, hostArch, reveal }: TemplateInput): JsonObject {
  const options = membersOf(config['driver_options']);
  const isPlain = options['plain'] === true;
  const arch = scalarText(config['arch'] ?? hostArch);
  const plain = (value: Json): Json => (isSecret(value) ? reveal(value) : value);
  return {
    ...options,
    arch,
    images: imagesOf(config, arch),
    cpus: config['cpus'] ?? null,
    memory: bytesText(config['memory'] ?? null),
    ...(isSet(config['disk']) ? { disk: wholeSectors(config['disk'] ?? null) } : {}),
    additionalDisks: Object.keys(membersOf(config['additional_disks'])).map((disk) => ({ name: diskName(name, disk) })),
    mounts: Object.values(membersOf(config['mounts'])).map(mountOf),
    networks: networkEntries(membersOf(config['networks'])),
    portForwards: Object.values(membersOf(config['port_forwards'])).map((forward) => forwardOf(forward, isPlain)),
    provision: listOf(config['provision']).map((step) => ({
      mode: member(step, 'mode'),
      script: verbatim(withInterpreter(scalarText(plain(member(step, 'script'))))),
    })),
    env: Object.fromEntries(
      Object.entries(membersOf(config['environment_variables'])).map(([key, value]) => [key, scalarText(plain(value))]),
    ),
  };
}

function imagesOf(config: JsonObject, arch: string): Json {
  const { image = null, kernel = null, initrd = null, cmdline = null } = config;
  const digest = member(image, 'digest');
  return [
    {
      location: member(image, 'location'),
      arch,
      ...(isSet(digest) ? { digest } : {}),
      ...(isSet(kernel) ? { kernel: { location: kernel, ...(isSet(cmdline) ? { cmdline } : {}) } } : {}),
      ...(isSet(initrd) ? { initrd: { location: initrd } } : {}),
    },
  ];
}

function mountOf(mount: Json): Json {
  return {
    location: member(mount, 'host_path'),
    mountPoint: member(mount, 'guest_path'),
    writable: member(mount, 'mode') !== 'ro',
  };
}

/** In plain mode there is nobody in the guest who would tell when to forward: then it is forwarded always. */
function forwardOf(forward: Json, isPlain: boolean): Json {
  return {
    guestPort: member(forward, 'guest_port'),
    hostPort: member(forward, 'host_port'),
    hostIP: member(forward, 'host_ip'),
    proto: member(forward, 'protocol'),
    ...(isPlain ? { static: true } : {}),
  };
}

/** Lima runs a script by its first line. */
function withInterpreter(script: string): string {
  return script.startsWith('#!') ? script : `${SHELL_LINE}${script}`;
}

export const SHELL_LINE = '#!/bin/sh\n';

/** Lima fills in what stands in double braces: they are to arrive as they are. */
function verbatim(text: string): string {
  return text.replaceAll('{{', '{{"{{"}}');
}

/** Lima calls a disk that does not end with a sector damaged. */
export const SECTOR = 512;

function wholeSectors(size: Json): string {
  return formatSize(Math.ceil((parseSize(scalarText(size)) ?? 0) / SECTOR) * SECTOR);
}

function bytesText(size: Json): string {
  return formatSize(parseSize(scalarText(size)) ?? 0);
}

export function isSet(value: Json | undefined): boolean {
  return value !== null && value !== undefined;
}

export function membersOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function listOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}

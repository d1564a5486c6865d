/**
 * Volumes and host paths, each under its path in the container. A volume that nobody named is anonymous; those that the
 * image asks for are there without being declared, and they go along when a container is replaced.
 */
import { type Json, type JsonObject, member, memberAt } from '../../../model/json.ts';
import type { Unsupported } from '../../driver.ts';
import type { ContainerInspect, ImageInspect, MountPoint, MountSpec } from '../api/wire.ts';
import { LABEL } from '../labels.ts';
import type { BodyContext, FieldGroup, MountedVolume, ServiceView } from './group.ts';
import { membersOf, nested, textAt } from './parts.ts';
import { tidyPath } from './paths.ts';
import { refusedIf } from './refusal.ts';
import { labelledJson } from './seals.ts';
import { signalNumber } from './signals.ts';
import { tmpfsPaths } from './tmpfs.ts';

const FIELD = ['storage', 'volumes'] as const;

export const mounts: FieldGroup = {
  fields: [FIELD],

  /** In the form in which a missing host path is an error, and a new volume gets what the image has at its place. */
  request(config, context) {
    const declared = Object.values(membersOf(memberAt(config, ...FIELD)));
    const carried = broughtAlong(config, context.image).flatMap((path): MountSpec[] => {
      const volume = context.anonymous[path];
      return volume === undefined ? [] : [{ Type: 'volume', Source: volume, Target: path }];
    });
    const specs = [...declared.map((mount) => mountSpec(mount, context)), ...carried];
    return { config: { Labels: contentLabel(declared) }, ...(specs.length === 0 ? {} : { host: { Mounts: specs } }) };
  },

  read(inspect, view) {
    const found = (inspect.Mounts ?? []).filter(({ Type }) => Type !== 'tmpfs');
    const digests = view.content ?? membersOf(labelledJson(inspect, LABEL.content));
    const configured = found.map((mount): [string, Json] => {
      const path = tidyPath(mount.Destination);
      return [path, mountFrom(mount, path, { inspect, view, content: digests[path] ?? null })];
    });
    const inMemory = new Set(tmpfsPaths(inspect));
    const defaults = volumePaths(view.image).flatMap((path): [string, Json][] =>
      inMemory.has(path) ? [] : [[path, anonymousAt(path)]],
    );
    return {
      configured: nested(FIELD, Object.fromEntries(configured)),
      defaults: nested(FIELD, Object.fromEntries(defaults)),
    };
  },

  /** What becomes of a changed file is nothing that an engine knows of. */
  comparable(config) {
    const declared = Object.entries(membersOf(memberAt(config, ...FIELD))).map(([path, mount]): [string, Json] => {
      const { watch_content: _, ...rest } = membersOf(mount);
      return [path, rest];
    });
    return nested(FIELD, Object.fromEntries(declared));
  },

  equal({ names, desired, observed }) {
    if (names.at(-1) !== 'content') return false;
    // A content that nobody asks for is whatever it is.
    if (desired === null) return true;
    return typeof desired === 'string' && typeof observed === 'string' && sameDigest(desired, observed);
  },

  effect({ names, desired }) {
    if (names.at(-1) !== 'content') return 'replace';
    const watch = memberAt(desired, ...names.slice(0, -1), 'watch_content');
    return watch === null || watch === 'restart' ? 'restart' : 'in_place';
  },

  unsupported(config) {
    return Object.entries(membersOf(memberAt(config, ...FIELD))).flatMap(([path, mount]) => refusals(path, mount));
  },
};

/** Where the container gets volumes that its image asks for, and nobody declares. */
export function broughtAlong(config: JsonObject, image: ImageInspect | null): readonly string[] {
  const declared = Object.values(membersOf(memberAt(config, ...FIELD))).map(pathOf);
  const taken = new Set([...declared, ...Object.keys(membersOf(memberAt(config, 'storage', 'tmpfs')))]);
  return volumePaths(image).filter((path) => !taken.has(path));
}

function refusals(path: string, mount: Json): readonly Unsupported[] {
  const isAnonymous = member(mount, 'type') !== 'bind' && member(mount, 'volume') === null;
  const signal = /^signal:(.+)$/.exec(textAt(mount, 'watch_content') ?? '')?.[1] ?? null;
  return [
    ...refusedIf(
      path === '/',
      [...FIELD, path],
      'nothing can be mounted over the root of a container',
      'name a folder in it',
    ),
    ...refusedIf(
      isAnonymous && member(mount, 'mode') === 'ro',
      [...FIELD, path, 'mode'],
      'a volume without a name cannot be read-only: nobody could ever write to it',
      'name a volume, or leave the mode out',
    ),
    ...refusedIf(
      signal !== null && signalNumber(signal) === null,
      [...FIELD, path, 'watch_content'],
      `Linux has no signal ${signal}`,
      'such as `signal:HUP`',
    ),
  ];
}

function mountSpec(mount: Json, { volumes, anonymous, facts }: BodyContext): MountSpec {
  const [key, path] = [textAt(mount, 'volume'), pathOf(mount)];
  const target = { Target: path, ...(member(mount, 'mode') === 'ro' ? { ReadOnly: true } : {}) };
  if (member(mount, 'type') === 'bind') return { Type: 'bind', Source: textAt(mount, 'host_path') ?? '', ...target };
  const volume = key === null ? undefined : volumes[key];
  const source = key === null ? anonymous[path] : (volume?.name ?? key);
  if (source === undefined) return { Type: 'volume', ...target };
  // Podman takes no such options, and makes what is gone as nobody's.
  const options = facts.kind === 'docker' ? optionsOf(volume) : {};
  return { Type: 'volume', Source: source, ...target, ...options };
}

/** Without effect on what is there: with them an engine makes what is gone by then, and not as nobody's. */
function optionsOf(volume: MountedVolume | undefined): Partial<MountSpec> {
  if (volume?.made === undefined) return {};
  const { Labels, Driver, DriverOpts } = volume.made;
  const isPlain = Driver === 'local' && Object.keys(DriverOpts).length === 0;
  const driver = isPlain || volume.keepsDriver === true ? {} : { DriverConfig: { Name: Driver, Options: DriverOpts } };
  return { VolumeOptions: { Labels, ...driver } };
}

interface Sight {
  readonly inspect: ContainerInspect;
  readonly view: ServiceView;
  readonly content: Json;
}

function mountFrom(mount: MountPoint, path: string, { inspect, view, content }: Sight): JsonObject {
  const isVolume = mount.Type === 'volume';
  return {
    type: mount.Type,
    volume: isVolume ? view.names.volume(mount.Name ?? '') : null,
    host_path: isVolume ? null : (requestedSource(inspect, path) ?? mount.Source),
    container_path: path,
    mode: mount.RW ? 'rw' : 'ro',
    content,
  };
}

/** As it was asked for: where the engine runs in a virtual machine, its own idea of the path is another one. */
function requestedSource({ HostConfig }: ContainerInspect, path: string): string | null {
  const spec = HostConfig.Mounts?.find(({ Target, Type }) => Type === 'bind' && tidyPath(Target) === path);
  if (spec?.Source !== undefined) return tidyPath(spec.Source);
  for (const bind of HostConfig.Binds ?? []) {
    const [source = '', target = ''] = bind.split(':');
    if (tidyPath(target) === path) return tidyPath(source);
  }
  return null;
}

/** A volume without a name. */
export function anonymousAt(path: string): JsonObject {
  return { type: 'volume', volume: null, host_path: null, container_path: path, mode: 'rw', content: null };
}

/** Where the image asks for volumes. */
function volumePaths(image: ImageInspect | null): readonly string[] {
  return Object.keys(image?.Config?.Volumes ?? {}).map(tidyPath);
}

function pathOf(mount: Json): string {
  return textAt(mount, 'container_path') ?? '';
}

/** What the files were when the container was made; a path and a digest each, so that it can be read without the host. */
function contentLabel(declared: readonly Json[]): Readonly<Record<string, string>> {
  const digests = declared.flatMap((mount): [string, string][] => {
    const digest = textAt(mount, 'content');
    return digest === null ? [] : [[pathOf(mount), digest]];
  });
  return digests.length === 0 ? {} : { [LABEL.content]: JSON.stringify(Object.fromEntries(digests)) };
}

function sameDigest(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** File systems in memory, each under its path in the container. */
import { type Json, type JsonObject, memberAt } from '../../../model/json.ts';
import { formatSize, parseSize } from '../../../model/quantity.ts';
import type { ContainerInspect, MountSpec } from '../api/wire.ts';
import type { FieldGroup } from './group.ts';
import { membersOf, nested, textAt } from './parts.ts';
import { tidyPath } from './paths.ts';
import { refusedIf } from './refusal.ts';

const FIELD = ['storage', 'tmpfs'] as const;

export const tmpfs: FieldGroup = {
  fields: [FIELD],

  request(config) {
    const declared = Object.entries(membersOf(memberAt(config, ...FIELD)));
    if (declared.length === 0) return {};
    return { host: { Tmpfs: Object.fromEntries(declared.map(([path, settings]) => [path, optionsOf(settings)])) } };
  },

  read(inspect) {
    return { configured: nested(FIELD, Object.fromEntries(found(inspect))), defaults: {} };
  },

  equal({ names, desired, observed }) {
    if (typeof desired !== 'string' || typeof observed !== 'string') return false;
    if (names.at(-1) === 'mode') return Number.parseInt(desired, 8) === Number.parseInt(observed, 8);
    return names.at(-1) === 'size' && parseSize(desired) === parseSize(observed);
  },

  unsupported(config) {
    return Object.keys(membersOf(memberAt(config, ...FIELD))).flatMap((path) =>
      refusedIf(
        path === '/',
        [...FIELD, path],
        'nothing can be mounted over the root of a container',
        'name a folder in it',
      ),
    );
  },
};

/** Where a container has memory mounted. */
export function tmpfsPaths(inspect: ContainerInspect): readonly string[] {
  return found(inspect).map(([path]) => path);
}

/** Names of the options that memory is mounted with, whatever way they were given in. */
export function tmpfsOptions({ HostConfig }: ContainerInspect): readonly string[] {
  const said = Object.values(HostConfig.Tmpfs ?? {}).flatMap((options) => options.split(','));
  return said.map((option) => option.split('=', 1)[0] ?? '').filter((name) => name !== '');
}

/** The engine has two ways to ask for them; ours is the first. */
function found({ HostConfig }: ContainerInspect): readonly [string, JsonObject][] {
  return [
    ...Object.entries(HostConfig.Tmpfs ?? {}).map(([path, options]): [string, JsonObject] => {
      const target = tidyPath(path);
      return [target, settingsOf(target, options)];
    }),
    ...(HostConfig.Mounts ?? [])
      .filter(({ Type }) => Type === 'tmpfs')
      .map((spec): [string, JsonObject] => [tidyPath(spec.Target), settingsOfSpec(spec)]),
  ];
}

function optionsOf(settings: Json): string {
  const [size, mode] = [textAt(settings, 'size'), textAt(settings, 'mode')];
  const bytes = size === null ? null : parseSize(size);
  return [...(bytes === null ? [] : [`size=${bytes}`]), ...(mode === null ? [] : [`mode=${mode}`])].join(',');
}

function settingsOf(path: string, options: string): JsonObject {
  const values = new Map(
    options.split(',').map((option) => {
      const [name = '', value = ''] = option.split('=');
      return [name, value];
    }),
  );
  return { container_path: path, size: sizeText(values.get('size')), mode: values.get('mode') ?? null };
}

function settingsOfSpec({ Target, TmpfsOptions: options }: MountSpec): JsonObject {
  const { SizeBytes: size, Mode: mode } = Object(options) as { readonly SizeBytes?: unknown; readonly Mode?: unknown };
  return {
    container_path: tidyPath(Target),
    size: typeof size === 'number' && size > 0 ? formatSize(size) : null,
    mode: typeof mode === 'number' && mode > 0 ? mode.toString(8) : null,
  };
}

/** What is no size, such as a share of the memory, stays as it is. */
function sizeText(text: string | undefined): string | null {
  if (text === undefined) return null;
  const bytes = parseSize(text);
  return bytes === null ? text : formatSize(bytes);
}

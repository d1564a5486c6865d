/**
 * The keys of Lima's templates. Lima itself takes a key that it does not know with a warning and leaves it out, so this table is
 * what tells a mistake from a setting.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../../model/json.ts';

/** `true`: whatever is in it. A list has the keys of its items. */
type Keys = true | { readonly [key: string]: Keys };

const FILE: Keys = { location: true, arch: true, digest: true };
const TEXT_OR_FILE: Keys = { url: true, digest: true };

/** Keys that trueup has a field of its own for. */
export const FIELD_KEYS: Readonly<Record<string, string>> = {
  arch: 'arch',
  images: 'image',
  cpus: 'cpus',
  memory: 'memory',
  disk: 'disk',
  additionalDisks: 'additional_disks',
  mounts: 'mounts',
  networks: 'networks',
  portForwards: 'port_forwards',
  provision: 'provision',
  env: 'environment_variables',
};

const RAW_KEYS: { readonly [key: string]: Keys } = {
  minimumLimaVersion: true,
  vmType: true,
  vmOpts: true,
  os: true,
  cpuType: true,
  mountTypesUnsupported: true,
  mountType: true,
  mountInotify: true,
  ssh: {
    localPort: true,
    loadDotSSHPubKeys: true,
    forwardAgent: true,
    forwardX11: true,
    forwardX11Trusted: true,
    overVsock: true,
  },
  firmware: { legacyBIOS: true, images: { location: true, arch: true, digest: true, vmType: true } },
  audio: { device: true, interface: true },
  video: { display: true, vnc: { display: true } },
  upgradePackages: true,
  containerd: { system: true, user: true, archives: FILE },
  guestInstallPrefix: true,
  probes: { mode: true, description: true, script: true, file: TEXT_OR_FILE, hint: true },
  copyToHost: { guest: true, host: true, deleteOnStop: true },
  message: true,
  param: true,
  dns: true,
  hostResolver: { enabled: true, ipv6: true, hosts: true },
  propagateProxyEnv: true,
  caCerts: { removeDefaults: true, files: true, certs: true },
  rosetta: { enabled: true, binfmt: true },
  plain: true,
  timezone: true,
  nestedVirtualization: true,
  user: { name: true, comment: true, home: true, shell: true, uid: true, passwordlessSudo: true },
  tpm: true,
  osOpts: true,
};

/** The ways to keys that Lima does not have, such as `['ssh', 'localport']`. */
export function unknownKeys(options: JsonObject): readonly (readonly string[])[] {
  return within(options, RAW_KEYS, []);
}

function within(value: Json, keys: Keys, way: readonly string[]): readonly (readonly string[])[] {
  if (keys === true) return [];
  if (isJsonArray(value)) return value.flatMap((item) => within(item, keys, way));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, child]) => {
    const own = keys[name];
    return own === undefined ? [[...way, name]] : within(child, own, [...way, name]);
  });
}

/** The keys beside a wrong one, which it may be a slip of. */
export function keysBeside(way: readonly string[]): readonly string[] {
  let keys: Keys | undefined = RAW_KEYS;
  for (const name of way.slice(0, -1)) keys = keys === true ? undefined : keys?.[name];
  return keys === undefined || keys === true ? [] : Object.keys(keys);
}

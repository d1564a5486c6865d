/** A service's configuration as this engine reads it: the one place that knows where in the resolved form things stand. */
import { createHash } from 'node:crypto';
import { durationMs } from '../../model/duration.ts';
import { canonicalJson, isJsonObject, type Json, type JsonObject, member, memberAt } from '../../model/json.ts';

export interface DeclaredPort {
  readonly hostPort: number;
  readonly hostAddress: string | null;
  readonly protocol: 'tcp' | 'udp';
}

export interface ServiceSettings {
  /** Words of the command, each a text or a secret. */
  readonly command: readonly Json[];
  readonly cwd: string;
  readonly stopSignal: string;
  readonly stopGraceMs: number;
  readonly variables: Readonly<Record<string, Json>>;
  readonly ports: readonly DeclaredPort[];
}

const DEFAULT_STOP_SIGNAL = 'SIGTERM';
const DEFAULT_STOP_GRACE_MS = 10_000;

export function serviceSettings(config: JsonObject): ServiceSettings {
  const process = member(config, 'process');
  const [command, cwd, stopSignal] = [
    member(process, 'command'),
    member(process, 'cwd'),
    member(process, 'stop_signal'),
  ];
  return {
    command: Array.isArray(command) ? command : [],
    cwd: typeof cwd === 'string' ? cwd : '/',
    stopSignal: typeof stopSignal === 'string' ? stopSignal : DEFAULT_STOP_SIGNAL,
    stopGraceMs: durationMs(member(process, 'stop_grace_period'), DEFAULT_STOP_GRACE_MS),
    variables: membersOf(member(config, 'environment_variables')),
    ports: Object.values(membersOf(memberAt(config, 'networking', 'ports'))).flatMap(portOf),
  };
}

/** The mounts of a service by their key. */
export function mountsOf(config: JsonObject): Readonly<Record<string, Json>> {
  return membersOf(memberAt(config, 'storage', 'volumes'));
}

/** The keys of the named volumes that a service mounts. */
export function volumeKeysOf(config: JsonObject): readonly string[] {
  return Object.values(mountsOf(config)).flatMap((mount) => {
    const key = member(mount, 'volume');
    return typeof key === 'string' ? [key] : [];
  });
}

/** The variable that hands a volume over. */
export function volumeVariable(key: string): string {
  return `TRUEUP_VOLUME_${key.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

/** Digest of all that a running command was started with. Secrets take part as their keyed hash. */
export function launchDigest(config: JsonObject, volumes: JsonObject): string {
  const { command, cwd, variables } = serviceSettings(config);
  const contents = Object.entries(mountsOf(config)).map(([key, mount]) => [key, restartingContent(mount)]);
  const parts: Json = { command, cwd, variables, ports: memberAt(config, 'networking', 'ports'), contents, volumes };
  return createHash('sha256').update(canonicalJson(parts)).digest('hex').slice(0, 16);
}

/** Whether a changed content of this mount needs a restart: unless somebody said that a report or a signal will do. */
export function restartsOnContent(mount: Json): boolean {
  const watch = member(mount, 'watch_content');
  return watch === null || watch === 'restart';
}

/** The signal that `watch_content: signal:HUP` names. */
export function contentSignal(watch: string): string {
  return `SIG${watch.slice('signal:'.length).replace(/^SIG/, '')}`;
}

function restartingContent(mount: Json): Json {
  return restartsOnContent(mount) ? member(mount, 'content') : null;
}

function membersOf(value: Json): Readonly<Record<string, Json>> {
  return isJsonObject(value) ? value : {};
}

function portOf(port: Json): readonly DeclaredPort[] {
  const [hostPort, address, protocol] = [member(port, 'host_port'), member(port, 'host_ip'), member(port, 'protocol')];
  if (typeof hostPort !== 'number') return [];
  const hostAddress = typeof address === 'string' && address !== '' ? address : null;
  return [{ hostPort, hostAddress, protocol: protocol === 'udp' ? 'udp' : 'tcp' }];
}

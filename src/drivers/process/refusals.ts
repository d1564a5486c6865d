/** What a local process cannot be given, each with its exact field, so that it is an error at its line. */
import type { DesiredResource } from '../../model/desired.ts';
import { fieldPath } from '../../model/field-path.ts';
import { declaredHooks, HOOK_EVENTS } from '../../model/hooks.ts';
import { isJsonObject, type Json, type JsonObject, member, memberAt } from '../../model/json.ts';
import { isSecret } from '../../model/secret.ts';
import type { Unsupported } from '../driver.ts';
import { isOddVariable } from './environment.ts';
import { isGivenName } from './layout.ts';
import { contentSignal, mountsOf, serviceSettings, volumeVariable } from './service-settings.ts';
import { isSignal } from './signals.ts';

/** Everything of a resource that this engine cannot honour. */
export function refusals({ type, name, config }: DesiredResource): readonly Unsupported[] {
  // Whoever wants an image is refused for its container.
  if (type === 'image') return [];
  const named = isGivenName(name)
    ? []
    : [
        refuse(
          ['name'],
          'the name cannot be a folder of the process engine',
          'at most 200 of the characters A-Z a-z 0-9 _ . -',
        ),
      ];
  if (type === 'service') return [...named, ...SERVICE_CHECKS.flatMap((check) => check(config))];
  if (type === 'volume') return [...named, ...volumeDriver(config)];
  return [refuse([], `the process engine has no ${type}s`, `place the ${type} on a container engine`)];
}

const SERVICE_CHECKS: readonly ((config: JsonObject) => readonly Unsupported[])[] = [
  containerParts,
  limits,
  startInterval,
  ports,
  mounts,
  watchedContent,
  variables,
  stopSignal,
  hooks,
];

function containerParts(config: JsonObject): readonly Unsupported[] {
  const needsContainer = 'that needs a container';
  return [
    ...refuseIfSet(config, ['container'], 'a local process has no container and no image', null),
    ...refuseIfSet(
      config,
      ['networking', 'hostname'],
      'a local process has the host name of its machine',
      needsContainer,
    ),
    ...refuseIfSet(config, ['networking', 'networks'], 'a local process joins no network', needsContainer),
    ...refuseIfSet(config, ['storage', 'tmpfs'], 'a local process has no tmpfs of its own', needsContainer),
  ];
}

function limits(config: JsonObject): readonly Unsupported[] {
  return ['cpu_limit', 'memory_limit', 'cpu_reservation', 'memory_reservation'].flatMap((name) =>
    refuseIfSet(config, ['resource_limits', name], 'the process engine sets no limits', 'that needs a container'),
  );
}

function startInterval(config: JsonObject): readonly Unsupported[] {
  const summary = 'the process engine runs no health checks by itself, so there is no interval to shorten';
  return refuseIfSet(config, ['health_check', 'start_interval'], summary, 'trueup tests a service at once as it is');
}

function ports(config: JsonObject): readonly Unsupported[] {
  return entriesOf(memberAt(config, 'networking', 'ports')).flatMap(([key, port]) => {
    const [host, container] = [member(port, 'host_port'), member(port, 'container_port')];
    const path = ['networking', 'ports', key];
    if (host === null) return [refuse(path, 'a local process needs a host_port', 'nothing chooses a port for it')];
    if (container === null || container === host) return [];
    const summary = `a local process listens on the host itself, so port ${textOf(host)} cannot lead to ${textOf(container)}`;
    return [
      refuse(
        [...path, 'container_port'],
        summary,
        'leave container_port out, and have the command listen on host_port',
      ),
    ];
  });
}

function mounts(config: JsonObject): readonly Unsupported[] {
  const taken = new Map<string, string>();
  return Object.entries(mountsOf(config)).flatMap(([key, mount]) => {
    const path = ['storage', 'volumes', key];
    const kind = member(mount, 'type');
    if (kind === 'tmpfs') return [refuse([...path, 'type'], 'a local process has no tmpfs of its own', null)];
    if (member(mount, 'container_path') !== null) {
      const detail =
        'leave the container path out: a volume is handed over as TRUEUP_VOLUME_<NAME>, a host path is used as it is';
      return [refuse([...path, 'container_path'], 'nothing is mounted for a local process', detail)];
    }
    const volume = member(mount, 'volume');
    if (kind === 'bind' || typeof volume !== 'string') return [];
    if (member(mount, 'mode') === 'ro') {
      return [
        refuse([...path, 'mode'], 'a volume of a local process cannot be read-only', 'it is a folder of the same user'),
      ];
    }
    const variable = volumeVariable(volume);
    const other = taken.get(variable);
    taken.set(variable, volume);
    if (other === undefined || other === volume) return [];
    return [
      refuse(path, `volumes "${other}" and "${volume}" would both be handed over as ${variable}`, 'rename one of them'),
    ];
  });
}

const RESERVED_VARIABLE = /^TRUEUP_(INSTANCE$|SHIM_|VOLUME_)/;

function variables(config: JsonObject): readonly Unsupported[] {
  const { variables: declared, command } = serviceSettings(config);
  const program = command[0];
  return Object.entries(declared).flatMap(([name, value]) => {
    const path = ['environment_variables', name];
    if (RESERVED_VARIABLE.test(name)) return [refuse(path, `${name} is set by trueup`, 'choose another name')];
    if (!isOddVariable(name)) return [];
    const handedOver = `a shell cannot hold the variable "${name}", so it is handed over by \`env\``;
    if (isSecret(value))
      return [refuse(path, 'a secret cannot have this name', `${handedOver}, in sight of everybody`)];
    if (typeof program !== 'string' || !program.includes('=')) return [];
    return [refuse(path, `"${name}" cannot go with a program whose name holds "="`, handedOver)];
  });
}

function watchedContent(config: JsonObject): readonly Unsupported[] {
  return Object.entries(mountsOf(config)).flatMap(([key, mount]) => {
    const watch = member(mount, 'watch_content');
    if (typeof watch !== 'string' || !watch.startsWith('signal:') || isSignal(contentSignal(watch))) return [];
    return [
      refuse(['storage', 'volumes', key, 'watch_content'], `this machine has no signal ${contentSignal(watch)}`, null),
    ];
  });
}

function stopSignal(config: JsonObject): readonly Unsupported[] {
  const { stopSignal: name } = serviceSettings(config);
  if (isSignal(name) && name !== 'SIGSTOP') return [];
  return [
    refuse(
      ['process', 'stop_signal'],
      `this machine's processes cannot be ended by ${name}`,
      'such as SIGTERM or SIGINT',
    ),
  ];
}

function hooks(config: JsonObject): readonly Unsupported[] {
  return HOOK_EVENTS.flatMap((event) =>
    (declaredHooks(config, event) ?? []).flatMap((hook, index) => {
      const path = [event, String(index)];
      const detail = 'that needs a container';
      const isSet = (name: string): boolean => member(hook, name) !== null && member(hook, name) !== false;
      return [
        ...(isSet('user') ? [refuse([...path, 'user'], 'a local process runs as the user of trueup', detail)] : []),
        ...(isSet('privileged')
          ? [refuse([...path, 'privileged'], 'a local process has the rights of its user', detail)]
          : []),
      ];
    }),
  );
}

function volumeDriver(config: JsonObject): readonly Unsupported[] {
  const driver = member(config, 'driver');
  const detail = 'a volume of the process engine is a folder';
  return [
    ...(driver === null || driver === 'local'
      ? []
      : [refuse(['driver'], 'the process engine has no volume drivers', detail)]),
    ...refuseIfSet(config, ['driver_opts'], 'the process engine has no volume drivers', detail),
  ];
}

function refuseIfSet(
  config: JsonObject,
  names: readonly string[],
  summary: string,
  detail: string | null,
): readonly Unsupported[] {
  const value = memberAt(config, ...names);
  const isSet = value !== null && !(Array.isArray(value) && value.length === 0);
  return isSet && !(isJsonObject(value) && Object.keys(value).length === 0) ? [refuse(names, summary, detail)] : [];
}

function refuse(names: readonly string[], summary: string, detail: string | null): Unsupported {
  return { field_path: fieldPath(...names), summary, detail };
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function entriesOf(value: Json): readonly (readonly [string, Json])[] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

/** What this engine cannot honour by itself, whatever the host, at the line of the field. */
import { type FieldPath, fieldPath } from '../../model/field-path.ts';
import { isJsonArray, isJsonObject, type JsonObject, member, memberAt } from '../../model/json.ts';
import type { Facts } from '../../model/observed.ts';
import type { DesiredResource } from '../../model/desired.ts';
import { holdsSecret } from '../../model/secret.ts';
import type { Unsupported } from '../driver.ts';
import { fragmentTexts, OPTION } from './domain/fragments.ts';
import { LONGEST_TAG } from './domain/mounts.ts';
import { USER_NETWORK } from './domain/networks.ts';
import { isLibvirtFacts } from './facts.ts';
import { hostRefusals } from './host-refusals.ts';
import { isTakenDiskName } from './names.ts';
import { forwardTo } from './reach/forwards.ts';
import { portOf } from './reach/ssh.ts';
import { membersOf, refuse } from './refuse.ts';
import { takesBootCommands } from './seed/provision.ts';
import { parseXml } from './xml/parse.ts';

export function refusals(resource: DesiredResource, facts: Facts | null): readonly Unsupported[] {
  if (resource.type !== 'vm') return [];
  const { config } = resource;
  if (isLibvirtFacts(facts)) return hostRefusals(config, facts);
  if (facts !== null) return [];
  return [
    ...nameRefusals(resource.name),
    ...secretRefusals(config),
    ...variableRefusals(config),
    ...provisionRefusals(config),
    ...diskRefusals(config),
    ...mountRefusals(config),
    ...networkRefusals(config),
    ...readyRefusals(config),
    ...optionRefusals(config),
  ];
}

/** Files of the host carry it, with endings of ours and of libvirt's. */
const LONGEST_NAME = 200;

function nameRefusals(name: string): readonly Unsupported[] {
  const path = fieldPath('name');
  if (name.length > LONGEST_NAME)
    return [
      refuse(path, `the name of a machine has at most ${LONGEST_NAME} characters`, `"${name}" has ${name.length}`),
    ];
  // virsh takes a number for an id, and a UUID for itself.
  if (/^\d+$/.test(name) || /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(name))
    return [refuse(path, `libvirt takes "${name}" for an id`, 'begin the name with a word')];
  if (/^[A-Za-z0-9_][\w.+-]*$/.test(name)) return [];
  return [refuse(path, `libvirt cannot call a machine "${name}"`, 'letters, digits, and . _ + - after the first one')];
}

/** Anybody who may ask libvirt is shown a whole definition, and our marks: only what the guest alone reads may hold one. */
function secretRefusals(config: JsonObject): readonly Unsupported[] {
  const shown = Object.entries(config)
    .filter(([name, value]) => !CARRIERS.has(name) && holdsSecret(value))
    .map(([name]) => {
      const detail = name === 'image' ? 'fetch it to a file, and declare that' : 'hand it over in cloud_init';
      return refuse(fieldPath(name), `${name} cannot hold a secret: libvirt shows it`, detail);
    });
  const isByAgent = memberAt(config, 'ready', 'ssh') === null && memberAt(config, 'ready', 'guest_agent') === true;
  if (!isByAgent || !holdsSecret(memberAt(config, 'health_check', 'test'))) return shown;
  const path = fieldPath('health_check', 'test');
  const summary = 'a test cannot hold a secret on its way to the guest agent: virsh takes it on its command line';
  return [...shown, refuse(path, summary, 'declare ready.ssh, or have the guest keep the secret')];
}

/** What goes to the guest by ways of its own, or is asked of it by ours. Variables are refused in any case. */
const CARRIERS: ReadonlySet<string> = new Set(['cloud_init', 'provision', 'health_check', 'environment_variables']);

function variableRefusals(config: JsonObject): readonly Unsupported[] {
  const variables = config['environment_variables'];
  if (!isJsonObject(variables) || Object.keys(variables).length === 0) return [];
  const detail = 'write them into a file by cloud_init or provision';
  return [refuse(fieldPath('environment_variables'), 'libvirt hands no variables to a guest', detail)];
}

function provisionRefusals(config: JsonObject): readonly Unsupported[] {
  const { provision } = config;
  if (!isJsonArray(provision) || provision.length === 0 || !takesBootCommands(config)) return [];
  const detail = 'put the scripts into bootcmd, or the boot commands into provision';
  return [
    refuse(fieldPath('provision'), 'user_data has a bootcmd of its own, beside which cloud-init runs no other', detail),
  ];
}

function diskRefusals(config: JsonObject): readonly Unsupported[] {
  return Object.keys(membersOf(config['additional_disks']))
    .filter(isTakenDiskName)
    .map((name) => {
      const detail = name.includes('.') ? 'names of disks have no dots' : 'it is taken by trueup';
      return refuse(fieldPath('additional_disks', name), `"${name}" cannot be the name of a disk`, detail);
    });
}

function mountRefusals(config: JsonObject): readonly Unsupported[] {
  return Object.keys(membersOf(config['mounts']))
    .filter((path) => Buffer.byteLength(path) > LONGEST_TAG)
    .map((path) => {
      const detail = `the guest finds a mount by its path, of at most ${LONGEST_TAG} bytes`;
      return refuse(fieldPath('mounts', path, 'guest_path'), `"${path}" is too long for a mount of QEMU`, detail);
    });
}

function networkRefusals(config: JsonObject): readonly Unsupported[] {
  const forwards = Object.keys(membersOf(config['port_forwards']));
  if (forwards.length === 0 || Object.hasOwn(membersOf(config['networks']), USER_NETWORK)) return [];
  const detail = `QEMU forwards ports into the network "${USER_NETWORK}": join it, or reach the guest by its address`;
  return [refuse(fieldPath('port_forwards'), 'no port can be forwarded into these networks', detail)];
}

function readyRefusals(config: JsonObject): readonly Unsupported[] {
  const ready = config['ready'] ?? null;
  const serial = member(ready, 'serial');
  const ports = member(ready, 'ports');
  const hasSsh = member(ready, 'ssh') !== null;
  return [
    ...(typeof serial === 'string' && !isPattern(serial)
      ? [refuse(fieldPath('ready', 'serial'), `"${serial}" is no regular expression`, null)]
      : []),
    ...(hasSsh ? unforwarded(config, portOf(config), fieldPath('ready', 'ssh')) : []),
    ...(isJsonArray(ports) ? ports : []).flatMap((port) =>
      unforwarded(config, Number(port), fieldPath('ready', 'ports')),
    ),
    ...testRefusals(config, hasSsh),
  ];
}

function unforwarded(config: JsonObject, port: number, path: FieldPath): readonly Unsupported[] {
  if (forwardTo(config, port) !== null) return [];
  const detail = `add one to port_forwards, such as "${20_000 + port}:${port}"`;
  return [refuse(path, `no forwarded port leads to port ${port} of the guest`, detail)];
}

function testRefusals(config: JsonObject, hasSsh: boolean): readonly Unsupported[] {
  const test = memberAt(config, 'health_check', 'test');
  const isDeclared = isJsonArray(test) && test.length > 0 && test[0] !== 'NONE';
  if (!isDeclared || hasSsh || memberAt(config, 'ready', 'guest_agent') === true) return [];
  const detail = 'declare ready.ssh, or ready.guest_agent';
  return [refuse(fieldPath('health_check', 'test'), 'there is no way into the guest to run a test', detail)];
}

function optionRefusals(config: JsonObject): readonly Unsupported[] {
  const options = membersOf(config['driver_options']);
  const unknown = Object.keys(options).filter((name) => name !== OPTION);
  const listed = options[OPTION] ?? [];
  const path = fieldPath('driver_options', OPTION);
  return [
    ...unknown.map((name) =>
      refuse(
        fieldPath('driver_options', name),
        `libvirt has no option "${name}"`,
        `it takes ${OPTION}: a list of elements`,
      ),
    ),
    ...(isJsonArray(listed) && listed.every((text) => typeof text === 'string')
      ? []
      : [refuse(path, `${OPTION} is a list of texts`, 'each an element, as libvirt reads it')]),
    ...fragmentTexts(options).flatMap((text) => {
      const problem = xmlProblem(text);
      return problem === null ? [] : [refuse(path, `this is no XML element: ${text}`, problem)];
    }),
  ];
}

function xmlProblem(text: string): string | null {
  try {
    parseXml(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** What Lima cannot honour, at the line of the field: by itself, and on a host of which facts are known. */
import type { DesiredResource } from '../../model/desired.ts';
import { type FieldPath, fieldPath } from '../../model/field-path.ts';
import { type Json, type JsonObject, member, memberAt, scalarText } from '../../model/json.ts';
import type { Facts } from '../../model/observed.ts';
import { holdsSecret } from '../../model/secret.ts';
import type { Unsupported } from '../driver.ts';
import { isLimaFacts, type LimaFacts } from './facts.ts';
import { diskName, isLimaName, LONGEST_NAME, tooLongBy } from './names.ts';
import { optionRefusals } from './option-refusals.ts';
import { USER_NETWORK } from './template/networks.ts';
import { isSet, membersOf } from './template/write.ts';

export function refusals(resource: DesiredResource, facts: Facts | null): readonly Unsupported[] {
  if (resource.type !== 'vm') return [];
  const { config } = resource;
  if (isLimaFacts(facts)) return onHost(resource, facts);
  if (facts !== null) return [];
  return [
    ...nameRefusals(resource.name),
    ...secretRefusals(config),
    ...systemRefusals(config),
    ...diskRefusals(resource.name, config),
    ...forwardRefusals(config),
    ...plainRefusals(config),
    ...networkRefusals(config),
    ...readyRefusals(config),
    ...snapshotRefusals(config, memberAt(config, 'driver_options', 'vmType') ?? QEMU),
    ...optionRefusals(config),
  ];
}

function nameRefusals(name: string): readonly Unsupported[] {
  if (isLimaName(name)) return [];
  const detail = `at most ${LONGEST_NAME} letters and digits, with single . _ - between them`;
  return [refuse(fieldPath('name'), `Lima cannot call a machine "${name}"`, detail)];
}

/** `limactl list` shows a whole template to whoever runs it. */
function secretRefusals(config: JsonObject): readonly Unsupported[] {
  return ['cmdline', 'driver_options', 'labels', 'networks']
    .filter((name) => holdsSecret(config[name] ?? null))
    .map((name) =>
      refuse(fieldPath(name), `${name} cannot hold a secret: Lima shows it`, 'hand it over in environment_variables'),
    );
}

function systemRefusals(config: JsonObject): readonly Unsupported[] {
  const { image, kernel, initrd, cmdline, machine, cloud_init: cloudInit, run_state: state } = config;
  return [
    ...(isSet(image) ? [] : [refuse(fieldPath('image'), 'Lima makes a machine from an image', 'declare `image`')]),
    ...(isSet(kernel)
      ? []
      : Object.entries({ initrd, cmdline }).flatMap(([name, value]) =>
          isSet(value) ? [refuse(fieldPath(name), `${name} goes with a kernel`, 'declare `kernel` as well')] : [],
        )),
    ...(isSet(machine) ? [refuse(fieldPath('machine'), 'Lima chooses the board by itself', 'leave it out')] : []),
    ...(isSet(cloudInit)
      ? [refuse(fieldPath('cloud_init'), 'Lima tells cloud-init its own', 'put it into `provision`')]
      : []),
    ...(config['autostart'] === true
      ? [
          refuse(
            fieldPath('autostart'),
            'trueup does not start machines of Lima at login',
            '`limactl autostart enable`',
          ),
        ]
      : []),
    ...(state === 'suspended'
      ? [refuse(fieldPath('run_state'), 'Lima cannot suspend a machine', 'stop it, or take a snapshot of it')]
      : []),
  ];
}

function diskRefusals(vm: string, config: JsonObject): readonly Unsupported[] {
  return Object.entries(membersOf(config['additional_disks'])).flatMap(([name, disk]) => [
    ...(isLimaName(diskName(vm, name))
      ? []
      : [refuse(fieldPath('additional_disks', name), `Lima cannot call a disk "${diskName(vm, name)}"`, null)]),
    ...(member(disk, 'format') === 'raw'
      ? [
          refuse(
            fieldPath('additional_disks', name, 'format'),
            'Lima chooses by itself how a disk is stored',
            'leave it out',
          ),
        ]
      : []),
  ]);
}

/** Lima keeps the port of its own ssh for itself. */
function forwardRefusals(config: JsonObject): readonly Unsupported[] {
  return Object.entries(membersOf(config['port_forwards']))
    .filter(([, forward]) => member(forward, 'guest_port') === SSH_PORT)
    .map(([port, forward]) => {
      const path = fieldPath('port_forwards', port, 'guest_port');
      const detail = `declare \`driver_options: { ssh: { localPort: ${scalarText(member(forward, 'host_port'))} } }\``;
      return refuse(path, `Lima forwards port ${SSH_PORT} of a guest by itself`, detail);
    });
}

const SSH_PORT = 22;

/** In plain mode Lima leaves these out without a word. */
function plainRefusals(config: JsonObject): readonly Unsupported[] {
  if (memberAt(config, 'driver_options', 'plain') !== true) return [];
  const mounts = Object.keys(membersOf(config['mounts']));
  const forwards = Object.entries(membersOf(config['port_forwards']));
  return [
    ...mounts.map((path) =>
      refuse(fieldPath('mounts', path), 'a machine in plain mode has no mounts', 'leave out `driver_options.plain`'),
    ),
    ...forwards
      .filter(([, forward]) => member(forward, 'protocol') !== 'tcp')
      .map(([port]) => {
        const path = fieldPath('port_forwards', port, 'protocol');
        return refuse(path, 'in plain mode only TCP is forwarded', 'leave out `driver_options.plain`');
      }),
  ];
}

function networkRefusals(config: JsonObject): readonly Unsupported[] {
  const networks = membersOf(config['networks']);
  const user = networks[USER_NETWORK];
  if (user === undefined) {
    const detail = `add "${USER_NETWORK}" to networks`;
    return [refuse(fieldPath('networks'), `Lima puts every machine on the network "${USER_NETWORK}"`, detail)];
  }
  if (!isSet(member(user, 'mac_address'))) return [];
  const path = fieldPath('networks', USER_NETWORK, 'mac_address');
  return [refuse(path, `Lima chooses the address on the network "${USER_NETWORK}"`, 'leave it out')];
}

function readyRefusals(config: JsonObject): readonly Unsupported[] {
  const ready = config['ready'] ?? null;
  const serial = member(ready, 'serial');
  const ssh = member(ready, 'ssh');
  const isPlain = memberAt(config, 'driver_options', 'plain') === true;
  return [
    ...(typeof serial === 'string' && !isPattern(serial)
      ? [refuse(fieldPath('ready', 'serial'), `"${serial}" is no regular expression`, null)]
      : []),
    ...['user', 'key'].flatMap((name) =>
      isSet(member(ssh, name))
        ? [refuse(fieldPath('ready', 'ssh', name), 'Lima logs in by its own user and key', 'leave it out')]
        : [],
    ),
    ...(isJsonNumberOtherThan(member(ssh, 'port'), SSH_PORT)
      ? [refuse(fieldPath('ready', 'ssh', 'port'), 'Lima logs in by its own way', 'leave it out')]
      : []),
    ...(member(ready, 'guest_agent') === true && isPlain
      ? [refuse(fieldPath('ready', 'guest_agent'), 'there is no guest agent in plain mode', 'leave out one of the two')]
      : []),
  ];
}

function isJsonNumberOtherThan(value: Json, usual: number): boolean {
  return typeof value === 'number' && value !== usual;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

const QEMU = 'qemu';

/** `type` is what runs the machine. */
function snapshotRefusals(config: JsonObject, type: Json): readonly Unsupported[] {
  const isWanted = member(config['snapshots'] ?? null, 'when') === 'before_change';
  if (!isWanted || type === QEMU) return [];
  const detail = 'declare `driver_options: { vmType: qemu }`, which is another machine, or go without';
  return [refuse(fieldPath('snapshots'), 'Lima takes snapshots under QEMU alone', detail)];
}

function onHost({ name, config }: DesiredResource, facts: LimaFacts): readonly Unsupported[] {
  const over = tooLongBy(facts.home, name, facts.host_os);
  const accelerator = config['accelerator'];
  const type = memberAt(config, 'driver_options', 'vmType');
  return [
    // Elsewhere Lima takes something else where nobody says.
    ...(type === null && facts.host_os !== 'linux' ? snapshotRefusals(config, null) : []),
    ...(over > 0
      ? [
          refuse(
            fieldPath('name'),
            `the name "${name}" is too long by ${over}`,
            `sockets in ${facts.home}/${name} have to fit the system: give a shorter \`name\`, or an engine a shorter \`home\``,
          ),
        ]
      : []),
    ...(accelerator === 'kvm' && facts.host_os !== 'linux'
      ? [refuse(fieldPath('accelerator'), 'there is no KVM on this host', 'leave it to Lima: `accelerator: auto`')]
      : []),
  ];
}

function refuse(path: FieldPath, summary: string, detail: string | null): Unsupported {
  return { field_path: path, summary, detail };
}

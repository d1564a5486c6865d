/**
 * Network cards. libvirt's own user network cannot forward ports in the versions that people have, so the one behind the host
 * is given to QEMU directly, in a slot that libvirt's own numbering does not get to.
 */
import { isJsonObject, type Json, type JsonObject, member, scalarText } from '../../../model/json.ts';
import { attributeOf, element, elementAt, elementsIn, type XmlElement } from '../xml/element.ts';
import type { DomainSpec } from './spec.ts';

export const USER_NETWORK = 'user';
const NETDEV = 'trueup-user';
const SLOT = '0x1c';

/** The cards that libvirt manages. */
export function interfaceElements({ config }: DomainSpec): readonly XmlElement[] {
  return namesOf(config['networks'])
    .filter((name) => name !== USER_NETWORK)
    .map((name) => {
      const mac = macOf(config, name);
      return element('interface', { type: 'network' }, [
        mac === null ? null : element('mac', { address: mac }),
        element('source', { network: name }),
        element('model', { type: 'virtio' }),
      ]);
    });
}

/** Arguments of QEMU for the network behind the host; none where the machine is not on it. */
export function userNetworkArguments({ config, arch }: DomainSpec): readonly string[] {
  if (!namesOf(config['networks']).includes(USER_NETWORK)) return [];
  const forwards = Object.values(membersOf(config['port_forwards'])).map(forwardText);
  const mac = macOf(config, USER_NETWORK);
  const device = arch === 's390x' ? 'virtio-net-ccw' : `virtio-net-pci,addr=${SLOT}`;
  return [
    '-netdev',
    ['user', `id=${NETDEV}`, ...forwards].join(','),
    '-device',
    [device, `netdev=${NETDEV}`, ...(mac === null ? [] : [`mac=${mac}`])].join(','),
  ];
}

/** Whether an argument of QEMU, and the one before it, are those of the network behind the host. */
export function isUserNetwork(flag: string | undefined, value: string | undefined): boolean {
  const options = value?.split(',') ?? [];
  return (
    (flag === '-netdev' && options.includes(`id=${NETDEV}`)) ||
    (flag === '-device' && options.includes(`netdev=${NETDEV}`))
  );
}

function forwardText(forward: Json): string {
  const part = (name: string): string => scalarText(member(forward, name));
  return `hostfwd=${part('protocol')}:${part('host_ip')}:${part('host_port')}-:${part('guest_port')}`;
}

/** Networks and forwarded ports as they are, a card of another kind under a name that no manifest has. */
export function readNetworks(domain: XmlElement): JsonObject {
  const args = elementsIn(elementAt(domain, 'qemu:commandline'), 'qemu:arg').map(
    (arg) => attributeOf(arg, 'value') ?? '',
  );
  const netdev = optionsAfter(args, '-netdev').find((options) => options.includes(`id=${NETDEV}`));
  const device = optionsAfter(args, '-device').find((options) => options.includes(`netdev=${NETDEV}`));
  const networks: Record<string, Json> = {};
  if (netdev !== undefined && device !== undefined)
    networks[USER_NETWORK] = { name: USER_NETWORK, mac_address: optionOf(device, 'mac') };
  for (const { name, card } of cardsOf(domain))
    networks[name] = { name, mac_address: attributeOf(elementAt(card, 'mac'), 'address') };
  return { networks, port_forwards: forwardsOf(netdev ?? []) };
}

/** The cards that libvirt manages, by their networks, further ones of a network counted. */
export function cardsOf(domain: XmlElement): readonly { readonly name: string; readonly card: XmlElement }[] {
  // The network behind the host is no card of libvirt's own.
  const taken = new Set([USER_NETWORK]);
  return elementsIn(elementAt(domain, 'devices'), 'interface').map((card) => {
    const name = freeName(cardName(card), taken);
    taken.add(name);
    return { name, card };
  });
}

/** The network of a card; of one of another kind its kind and what it is attached to. */
function cardName(card: XmlElement): string {
  const source = elementAt(card, 'source');
  const type = attributeOf(card, 'type') ?? '';
  if (type === 'network') return attributeOf(source, 'network') ?? '';
  return [type, ...Object.values(source?.attributes ?? {}).slice(0, 1)].join(':');
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let count = 2;
  while (taken.has(`${name}#${count}`)) count += 1;
  return `${name}#${count}`;
}

function forwardsOf(options: readonly string[]): JsonObject {
  const found = options.flatMap((option) => {
    const match = /^hostfwd=(tcp|udp):([\d.]*):(\d+)-([\d.]*):(\d+)$/.exec(option);
    if (match === null) return [];
    const [, protocol = '', ip = '', host = '', , guest = ''] = match;
    const forward = {
      host_port: Number(host),
      guest_port: Number(guest),
      protocol,
      host_ip: ip === '' ? '0.0.0.0' : ip,
    };
    return [[host, forward] as const];
  });
  return Object.fromEntries(found);
}

function optionsAfter(args: readonly string[], flag: string): readonly (readonly string[])[] {
  return args.flatMap((arg, index) => (args[index - 1] === flag ? [arg.split(',')] : []));
}

function optionOf(options: readonly string[], name: string): string | null {
  const found = options.find((option) => option.startsWith(`${name}=`));
  return found === undefined ? null : found.slice(name.length + 1);
}

function macOf(config: JsonObject, network: string): string | null {
  const mac = member(member(config['networks'] ?? null, network), 'mac_address');
  return typeof mac === 'string' ? mac.toLowerCase() : null;
}

function namesOf(value: Json | undefined): readonly string[] {
  return Object.keys(membersOf(value));
}

function membersOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

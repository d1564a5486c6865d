/** The definition of a machine, as libvirt takes it. */
import { isJsonObject, type JsonObject } from '../../../model/json.ts';
import { markElement } from '../marks.ts';
import { secretParts } from '../seed/seed-files.ts';
import { element, elementsIn, type XmlElement } from '../xml/element.ts';
import { diskElements } from './disks.ts';
import { COMMAND_LINE, fragmentsOf, type Place, placeOf } from './fragments.ts';
import { mountElements } from './mounts.ts';
import { interfaceElements, userNetworkArguments } from './networks.ts';
import type { DomainSpec } from './spec.ts';
import { domainType, systemElements } from './system.ts';

const QEMU_SPACE = 'http://libvirt.org/schemas/domain/qemu/1.0';

export function domainElement(spec: DomainSpec): XmlElement {
  const fragments = fragmentsOf(spec.config);
  const at = (place: Place): readonly XmlElement[] => fragments.filter((fragment) => placeOf(fragment) === place);
  const beside = at('domain').filter(({ name }) => name !== COMMAND_LINE);
  return element('domain', { type: domainType(spec), 'xmlns:qemu': QEMU_SPACE }, [
    element('name', {}, [spec.name]),
    spec.uuid === null ? null : element('uuid', {}, [spec.uuid]),
    spec.mark === null ? null : element('metadata', {}, [markElement(spec.mark)]),
    ...systemElements(spec).map((part) => withAdded(part, part.name === 'os' ? at('os') : featuresOf(part, fragments))),
    ...beside,
    element('devices', {}, [...deviceElements(spec), ...at('devices')]),
    commandLine(spec, fragments),
  ]);
}

function withAdded(part: XmlElement, added: readonly XmlElement[]): XmlElement {
  return { ...part, children: [...part.children, ...added] };
}

/** What `<features>` are declared beside ours. */
function featuresOf(part: XmlElement, fragments: readonly XmlElement[]): readonly XmlElement[] {
  if (part.name !== 'features') return [];
  const ours = new Set(elementsIn(part).map(({ name }) => name));
  return fragments
    .filter(({ name }) => name === 'features')
    .flatMap((found) => elementsIn(found).filter(({ name }) => !ours.has(name)));
}

function deviceElements(spec: DomainSpec): readonly XmlElement[] {
  return [
    ...diskElements(spec),
    ...interfaceElements(spec),
    ...mountElements(spec.config),
    serialElement(spec),
    // The way for the guest agent, whether it is waited for or not.
    element('channel', { type: 'unix' }, [element('target', { type: 'virtio', name: 'org.qemu.guest_agent.0' })]),
    // A guest without entropy takes minutes to boot.
    element('rng', { model: 'virtio' }, [element('backend', { model: 'random' }, ['/dev/urandom'])]),
  ];
}

/** Who starts it afresh empties the file before: what was suspended to disk goes on, in the file as well. */
function serialElement({ console: file }: DomainSpec): XmlElement {
  return element('serial', { type: 'pty' }, file === null ? [] : [element('log', { file, append: 'on' })]);
}

function commandLine(spec: DomainSpec, fragments: readonly XmlElement[]): XmlElement | null {
  const own = userNetworkArguments(spec).map((value) => element('qemu:arg', { value }));
  const declared = fragments.filter(({ name }) => name === COMMAND_LINE).flatMap((found) => elementsIn(found));
  const all = [...own, ...declared];
  return all.length === 0 ? null : element(COMMAND_LINE, {}, all);
}

/** What the mark of a machine keeps of a configuration: fields that libvirt has no place for. */
export function keptOf(config: JsonObject): JsonObject {
  const { labels, driver_options: options } = config;
  return {
    labels: isJsonObject(labels) ? labels : {},
    driver_options: isJsonObject(options) ? options : {},
    dependencies: config['dependencies'] ?? {},
    secrets: secretParts(config),
    stop_grace_period: config['stop_grace_period'] ?? null,
    protect: config['protect'] ?? false,
    deletion_policy: config['deletion_policy'] ?? null,
  };
}

/** The machine itself: processors, memory, board, and what it boots. */
import { parseSize, formatSize } from '../../../model/quantity.ts';
import { type Json, type JsonObject, scalarText } from '../../../model/json.ts';
import { attributeOf, element, elementAt, textAt, textOf, type XmlElement } from '../xml/element.ts';
import { bytesOf, wholeMib } from './memory.ts';
import type { DomainSpec } from './spec.ts';

/** A domain is of the type of what accelerates it. */
const DOMAIN_TYPES = { kvm: 'kvm', tcg: 'qemu' } as const;

export function domainType({ accelerator }: DomainSpec): string {
  return DOMAIN_TYPES[accelerator];
}

export function systemElements(spec: DomainSpec): readonly XmlElement[] {
  const { config, arch } = spec;
  const bytes = String(wholeMib(parseSize(scalarText(config['memory'] ?? '')) ?? 0));
  const isX86 = arch === 'x86_64';
  return [
    element('memory', { unit: 'bytes' }, [bytes]),
    element('currentMemory', { unit: 'bytes' }, [bytes]),
    element('vcpu', {}, [scalarText(config['cpus'] ?? 1)]),
    osElement(spec),
    ...(isX86 ? [element('features', {}, [element('acpi'), element('apic')])] : []),
  ];
}

function osElement({ config, arch, machine }: DomainSpec): XmlElement {
  const part = (name: string): XmlElement | null => {
    const value = config[name] ?? null;
    return value === null ? null : element(name, {}, [scalarText(value)]);
  };
  const hasKernel = (config['kernel'] ?? null) !== null;
  // These boards have no firmware of their own.
  const needsFirmware = !hasKernel && (arch === 'aarch64' || arch === 'riscv64');
  return element('os', { firmware: needsFirmware ? 'efi' : null }, [
    element('type', { arch, machine }, ['hvm']),
    part('kernel'),
    part('initrd'),
    part('cmdline'),
    hasKernel ? null : element('boot', { dev: 'hd' }),
  ]);
}

export function readSystem(domain: XmlElement): JsonObject {
  const type = elementAt(domain, 'os', 'type');
  return {
    arch: attributeOf(type, 'arch'),
    machine: attributeOf(type, 'machine'),
    accelerator: acceleratorOf(domain),
    cpus: cpusOf(elementAt(domain, 'vcpu')),
    memory: memoryOf(domain),
    kernel: textAt(domain, 'os', 'kernel'),
    initrd: textAt(domain, 'os', 'initrd'),
    cmdline: textAt(domain, 'os', 'cmdline'),
  };
}

function acceleratorOf(domain: XmlElement): Json {
  const type = attributeOf(domain, 'type');
  if (type === DOMAIN_TYPES.kvm) return 'kvm';
  return type === DOMAIN_TYPES.tcg ? 'tcg' : null;
}

/** As many as are plugged in. */
function cpusOf(vcpu: XmlElement | null): Json {
  const text = attributeOf(vcpu, 'current') ?? textOf(vcpu);
  return text === null ? null : Number(text);
}

/** What the guest has of it: a balloon may hold back the rest. */
function memoryOf(domain: XmlElement): Json {
  const bytes = bytesOf(elementAt(domain, 'currentMemory') ?? elementAt(domain, 'memory'));
  return bytes === null ? null : formatSize(bytes);
}

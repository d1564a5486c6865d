/**
 * Under what QEMU runs a machine. Lima takes KVM as soon as there is a device for it; what it is told by a variable of QEMU goes
 * before. Where a person has set that variable, it stays as it is.
 */
import { type JsonObject, memberAt, scalarText } from '../../model/json.ts';
import type { Accelerator, LimaFacts } from './facts.ts';

interface Emulator {
  /** What QEMU calls the processor. */
  readonly name: string;
  readonly machine: readonly string[];
}

const EMULATORS: Readonly<Record<string, Emulator>> = {
  x86_64: { name: 'x86_64', machine: ['-machine', 'q35,vmport=off'] },
  aarch64: { name: 'aarch64', machine: ['-machine', 'virt'] },
  armv7l: { name: 'arm', machine: ['-machine', 'virt'] },
  riscv64: { name: 'riscv64', machine: ['-machine', 'virt,acpi=off'] },
  ppc64le: { name: 'ppc64', machine: ['-machine', 'pseries'] },
  s390x: { name: 's390x', machine: ['-machine', 's390-ccw-virtio'] },
};

/** What QEMU calls its program for a kind of processor. */
export function emulatorFor(arch: string): string {
  return `qemu-system-${EMULATORS[arch]?.name ?? arch}`;
}

/** `null` where it is not QEMU on Linux for this processor: then Lima accelerates, or emulates, by itself. */
export function acceleratorFor(config: JsonObject, facts: LimaFacts): Accelerator | null {
  const { accelerator, arch, driver_options: options } = config;
  const type = memberAt(options, 'vmType');
  const isNative = (arch ?? facts.host_arch) === facts.host_arch;
  if (facts.host_os !== 'linux' || !isNative || (type !== null && type !== 'qemu')) return null;
  return accelerator === 'kvm' || accelerator === 'tcg' ? accelerator : facts.auto_accelerator;
}

/** What the start of a machine is given along; nothing where Lima's own choice is what is wanted. */
export function startVariables(
  config: JsonObject,
  facts: LimaFacts,
  present: NodeJS.ProcessEnv = process.env,
): Readonly<Record<string, string>> {
  const arch = scalarText(config['arch'] ?? facts.host_arch);
  const emulator = EMULATORS[arch];
  if (emulator === undefined || acceleratorFor(config, facts) !== 'tcg') return {};
  const variable = `QEMU_SYSTEM_${emulator.name.toUpperCase()}`;
  if ((present[variable] ?? '') !== '') return {};
  const cpu = memberAt(config, 'driver_options', 'vmOpts', 'qemu', 'cpuType', arch);
  const words = [
    emulatorFor(arch),
    ...emulator.machine,
    '-accel',
    'tcg,thread=multi,tb-size=512',
    ...(cpu === null || cpu === 'host' ? ['-cpu', 'max'] : []),
  ];
  return { [variable]: words.join(' ') };
}

/** What the process of a machine was started with; `null` where it does not say. */
export function acceleratorOf(commandLine: readonly string[]): Accelerator | null {
  const values = commandLine.flatMap((word, index) =>
    ['-accel', '-machine', '-M'].includes(word) ? [commandLine[index + 1] ?? ''] : [],
  );
  const all = values.join(' ');
  if (/(^|[\s=])tcg\b/.test(all)) return 'tcg';
  return /(^|[\s=])kvm\b|accel=kvm/.test(all) ? 'kvm' : null;
}

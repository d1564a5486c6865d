/** Hosts of machines, for `doctor`: whether each answers, what it can run, and what is missing for it. */
import type { EngineDeclaration } from '../../model/desired.ts';
import { failureOf } from '../../model/failure.ts';
import type { EngineSight } from '../engine-sight.ts';
import { engineOf } from './engine.ts';
import type { LibvirtFacts } from './facts.ts';
import { askFacts } from './observe/ask-facts.ts';
import { readingVirsh } from './virsh/virsh.ts';

export function surveyHosts(
  engines: readonly EngineDeclaration[],
  signal: AbortSignal,
): Promise<readonly EngineSight[]> {
  return Promise.all(engines.map((engine) => sightOf(engine, signal)));
}

async function sightOf(engine: EngineDeclaration, signal: AbortSignal): Promise<EngineSight> {
  const host = engineOf(engine);
  const sight = { engine, place: host.uri, description: null, facts: null, error: null, next: null, limits: [] };
  try {
    const facts = await askFacts(readingVirsh(host), signal);
    return { ...sight, description: describe(facts), facts, limits: limitsOf(facts) };
  } catch (error) {
    signal.throwIfAborted();
    const { message, next } = failureOf(error);
    return { ...sight, error: message, next };
  }
}

function describe({ version, hypervisor, host_arch: arch }: LibvirtFacts): string {
  return [`libvirt ${version}`, ...(hypervisor === null ? [] : [hypervisor]), arch].join(', ');
}

/** What does not work, or is slower than it could be, a sentence each. */
function limitsOf(facts: LibvirtFacts): readonly string[] {
  const { emulators, pool, pool_path: path, kvm, is_local: isLocal } = facts;
  return [
    ...(Object.keys(emulators).length === 0
      ? ['it can run no machines: install qemu-system-x86 (or that of another processor)']
      : []),
    KVM[kvm](isLocal),
    ...(path === null
      ? [
          `there is no folder of a storage pool "${pool}": \`virsh pool-define-as ${pool} dir --target FOLDER\`, then pool-start and pool-autostart`,
        ]
      : []),
  ];
}

const KVM: Readonly<Record<LibvirtFacts['kvm'], (isLocal: boolean) => string>> = {
  absent: () => 'KVM: absent, machines run under TCG',
  unproved: (isLocal) =>
    isLocal
      ? 'KVM: unproved, `accelerator: auto` takes TCG; `trueup doctor --boot vm.NAME` boots one under KVM to see'
      : 'KVM: unproved, `accelerator: auto` takes TCG on other hosts; declare `accelerator: kvm` where it works',
  proved: () => 'KVM: a guest has booted under it since the host was booted',
};

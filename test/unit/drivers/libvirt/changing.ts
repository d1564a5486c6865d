/** What a verb of a test works with: a virsh that says what it has it say, and a host of which as much is known. */
import type { Changing } from '../../../../src/drivers/libvirt/actuate/changing.ts';
import type { LibvirtFacts } from '../../../../src/drivers/libvirt/facts.ts';
import { type Says, type ToldVirsh, toldVirsh } from './told-virsh.ts';

/** Whose the recorded machine is. */
export const OWNER: string = '9f6d4db3fc372638adb0f5b670ddf3be';

const FACTS: LibvirtFacts = {
  kind: 'libvirt',
  version: '9.0.0',
  hypervisor: 'QEMU 7.2.22',
  host_arch: 'x86_64',
  emulators: { x86_64: 'pc' },
  auto_accelerator: 'tcg',
  kvm: 'absent',
  is_local: true,
  pool: 'default',
  pool_path: null,
};

export interface TestChanging extends Changing {
  readonly virsh: ToldVirsh;
}

export function changing(
  says?: Says,
  {
    owners = [OWNER],
    poolPath = null,
  }: { readonly owners?: readonly string[]; readonly poolPath?: string | null } = {},
): TestChanging {
  const ownership = { owner: OWNER, project: 'demo', environment: 'local', checkout: null, revision: null };
  const vault = { reveal: (): string => '', mask: (text: string): string => text };
  const signal = new AbortController().signal;
  return {
    virsh: toldVirsh(says),
    context: { signal, vault, owners, run: 'run', ownership, progress: () => undefined },
    facts: () => Promise.resolve({ ...FACTS, pool_path: poolPath }),
  };
}

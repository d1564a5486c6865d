/** Asks a host what it is. */
import { factsOf, type LibvirtFacts } from '../facts.ts';
import { isKvmProved } from '../kvm-proof.ts';
import type { Virsh } from '../virsh/virsh.ts';
import { parseXml } from '../xml/parse.ts';
import { unreachable } from '../virsh/failures.ts';

/** Right after its start libvirt tries every emulator there is. */
const TIMEOUT_MS = 90_000;

export async function askFacts(virsh: Virsh, signal: AbortSignal): Promise<LibvirtFacts> {
  const { engine } = virsh;
  const [version, capabilities, pool] = await virsh.ask(
    [['version'], ['capabilities'], ['pool-dumpxml', engine.pool]],
    signal,
    TIMEOUT_MS,
  );
  if (capabilities === undefined || capabilities.stderr !== '')
    throw unreachable(engine, capabilities?.stderr ?? 'it tells nothing of its host');
  return factsOf(engine, {
    version: version?.stdout ?? '',
    capabilities: parseXml(capabilities.stdout),
    pool: pool === undefined || pool.stderr !== '' ? null : parseXml(pool.stdout),
    kvmProved: await isKvmProved(engine),
  });
}

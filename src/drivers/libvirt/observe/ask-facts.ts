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
    [['version', '--daemon'], ['capabilities'], ['pool-dumpxml', engine.pool]],
    signal,
    TIMEOUT_MS,
  );
  if (capabilities === undefined || capabilities.stderr !== '')
    throw unreachable(engine, capabilities?.stderr ?? 'it tells nothing of its host');
  const old = tooOld(version?.stdout ?? '');
  if (old !== null) throw unreachable(engine, old);
  return factsOf(engine, {
    version: version?.stdout ?? '',
    capabilities: parseXml(capabilities.stdout),
    pool: pool === undefined || pool.stderr !== '' ? null : parseXml(pool.stdout),
    kvmProved: await isKvmProved(engine),
  });
}

const OLDEST = 9;

/** What of the two ends is older than what trueup works with; `null` where neither is. */
function tooOld(version: string): string | null {
  const ends = [
    ['virsh', /Using library: libvirt (\d+)(\S*)/],
    ['libvirt', /Running against daemon: (\d+)(\S*)/],
  ] as const;
  for (const [name, pattern] of ends) {
    const [, major, rest = ''] = pattern.exec(version) ?? [];
    if (major !== undefined && Number(major) < OLDEST)
      return `${name} ${major}${rest} is too old: trueup needs ${OLDEST} or newer`;
  }
  return null;
}

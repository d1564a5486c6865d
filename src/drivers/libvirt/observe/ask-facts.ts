/** Asks a host what it is. */
import { factsOf, type LibvirtFacts } from '../facts.ts';
import { isKvmProved } from '../kvm-proof.ts';
import type { Engine } from '../engine.ts';
import type { Answer, Virsh } from '../virsh/virsh.ts';
import type { XmlElement } from '../xml/element.ts';
import { parseXml } from '../xml/parse.ts';
import { answersInPart, isPoolMissing, unreachable } from '../virsh/failures.ts';

/** Right after its start libvirt tries every emulator there is, before it says what it can run. */
const TIMEOUT_MS = 90_000;
/** Meanwhile it answers to what it knows: one that does not is not waited for. */
const DOUBT_MS = 13_000;
const LAST_WORD_MS = 5000;

export async function askFacts(virsh: Virsh, signal: AbortSignal): Promise<LibvirtFacts> {
  const { engine } = virsh;
  const [version, capabilities, pool] = await answersOf(virsh, signal);
  if (capabilities === undefined || capabilities.stderr !== '')
    throw unreachable(engine, capabilities?.stderr ?? 'it tells nothing of its host');
  const old = tooOld(version?.stdout ?? '');
  if (old !== null) throw unreachable(engine, old);
  return factsOf(engine, {
    version: version?.stdout ?? '',
    capabilities: parseXml(capabilities.stdout),
    pool: poolOf(engine, pool),
    kvmProved: await isKvmProved(engine),
  });
}

async function answersOf(virsh: Virsh, signal: AbortSignal): Promise<readonly Answer[]> {
  const enough = new AbortController();
  const either = AbortSignal.any([signal, enough.signal]);
  const doubt = setTimeout(() => {
    virsh.ask([['hostname']], either, LAST_WORD_MS).catch(() => {
      enough.abort(unreachable(virsh.engine, `no answer within ${(DOUBT_MS + LAST_WORD_MS) / 1000} s`));
    });
  }, DOUBT_MS);
  try {
    const commands = [['version', '--daemon'], ['capabilities'], ['pool-dumpxml', virsh.engine.pool]];
    return await virsh.ask(commands, either, TIMEOUT_MS);
  } finally {
    clearTimeout(doubt);
    enough.abort();
  }
}

/** `null` where there is none. */
function poolOf(engine: Engine, answer: Answer | undefined): XmlElement | null {
  if (answer === undefined || isPoolMissing(answer.stderr)) return null;
  if (answer.stderr !== '') throw answersInPart(engine, answer.stderr);
  return parseXml(answer.stdout);
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

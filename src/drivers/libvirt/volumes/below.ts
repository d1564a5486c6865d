/** What volumes of a host lie over, in whichever of its storage pools they are. */
import { isMissing } from '../virsh/failures.ts';
import { must, type Virsh } from '../virsh/virsh.ts';
import { textAt } from '../xml/element.ts';
import { parseXml } from '../xml/parse.ts';
import { listedNames } from './listed.ts';

/** A portion describes hundreds of volumes, and libvirt opens each of them. */
const TIMEOUT_MS = 300_000;

/** Paths; `null` where there is something of which nobody can tell, such as a pool that is not active. */
export async function pathsBelow(virsh: Virsh, signal: AbortSignal): Promise<ReadonlySet<string> | null> {
  if (namesIn(await must(virsh, ['pool-list', '--inactive', '--name'], signal)).length > 0) return null;
  const pools = namesIn(await must(virsh, ['pool-list', '--name'], signal));
  const lists = await virsh.ask(
    pools.map((pool) => ['vol-list', pool]),
    signal,
    TIMEOUT_MS,
  );
  if (lists.some(({ stderr }) => stderr !== '')) return null;
  const volumes = lists.flatMap(({ stdout }, index) =>
    listedNames(stdout).map((name) => ['vol-dumpxml', '--pool', pools[index] ?? '', name]),
  );
  const answers = await virsh.ask(volumes, signal, TIMEOUT_MS);
  if (answers.some(({ stderr }) => stderr !== '' && !isMissing(stderr))) return null;
  return new Set(
    answers.flatMap(({ stdout, stderr }) =>
      stderr === '' ? (textAt(parseXml(stdout), 'backingStore', 'path') ?? []) : [],
    ),
  );
}

function namesIn(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

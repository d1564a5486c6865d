/**
 * Disks that are gone from the pool while a machine runs with them. QEMU has the file open and goes on as if nothing had happened,
 * but what is in it ends with its process.
 */
import { addressOf, keyOf } from '../../../model/address.ts';
import type { LastCopy } from '../../../model/observed.ts';
import type { LibvirtFacts } from '../facts.ts';
import { markOf, nameInMark } from '../marks.ts';
import { diskName } from '../names.ts';
import { commandLine } from '../virsh/quote.ts';
import { attributeOf, elementAt, elementsIn } from '../xml/element.ts';
import type { DomainSight, HostSight } from './look.ts';

/** None of what is nobody's, or does not run. The look has to have asked for each disk that it runs with. */
export function lastCopiesOf(
  { name, inactive, live }: DomainSight,
  { disks, others }: HostSight,
  facts: LibvirtFacts,
): readonly LastCopy[] {
  const mark = live === null ? null : (markOf(inactive) ?? markOf(live));
  if (mark === null) return [];
  const there = new Set([...disks.map(({ volume }) => volume.name), ...others]);
  const prefix = diskName(nameInMark(inactive, name), '');
  return elementsIn(elementAt(live, 'devices'), 'disk').flatMap((disk) => {
    const source = elementAt(disk, 'source');
    const volume = attributeOf(source, 'volume');
    const isOwn = attributeOf(source, 'pool') === facts.pool && volume?.startsWith(prefix) === true;
    if (!isOwn || volume === null || there.has(volume) || elementAt(disk, 'readonly') !== null) return [];
    const address = addressOf('volume', `${keyOf(mark.ownership.address)}.${volume.slice(prefix.length)}`);
    const target = attributeOf(elementAt(disk, 'target'), 'dev') ?? '';
    const format = attributeOf(elementAt(disk, 'driver'), 'type') ?? 'raw';
    return [
      { address, save: howToSave({ name, target, format, file: `${facts.pool_path ?? 'FOLDER'}/${volume}` }, facts) },
    ];
  });
}

interface Lost {
  readonly name: string;
  readonly target: string;
  readonly format: string;
  readonly file: string;
}

/** QEMU writes it where it was, over the same image, and goes on with that. */
function howToSave({ name, target, format, file }: Lost, { pool }: LibvirtFacts): string {
  const copy = ['blockcopy', name, target, '--dest', file, '--format', format, '--shallow', '--wait', '--pivot'];
  const words = commandLine([
    [...copy, '--transient-job'],
    ['pool-refresh', pool],
  ]);
  return `\`virsh "${words}"\` writes it where it was`;
}

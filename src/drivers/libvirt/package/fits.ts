/** Whether a package is what a manifest declares: the same disks, over the same images, and none that would have to shrink. */
import { TrueupError } from '../../../model/failure.ts';
import { isJsonObject, type Json, type JsonObject, member, memberAt, scalarText } from '../../../model/json.ts';
import { formatSize, parseSize } from '../../../model/quantity.ts';
import type { VmContents, VmPart } from '../../../model/vm-package.ts';
import type { MachineToBe } from '../../vm-faces.ts';
import type { Changing } from '../actuate/changing.ts';
import { hasRootDisk } from '../implied.ts';
import { ROOT_DISK } from '../names.ts';
import { digestsOf } from '../volumes/digests.ts';
import { fetchedImage } from '../volumes/fetch-image.ts';

export interface FittingDisk {
  /** `disk`, or the name of a further one. */
  readonly disk: string;
  readonly part: VmPart;
  /** What it lies over; `null` for nothing. */
  readonly base: VmPart | null;
  /** What its mark keeps of the image. */
  readonly image: Json;
}

export async function assertFits(
  changing: Changing,
  { object, config }: MachineToBe,
  { parts }: VmContents,
): Promise<readonly FittingDisk[]> {
  const disks = parts.filter(({ about }) => typeof member(about, 'disk') === 'string');
  const declared = declaredDisks(config);
  const held = disks.map(({ about }) => scalarText(member(about, 'disk')));
  const refuse = (why: string, next: string): never => {
    throw new TrueupError('package_refused', `the package does not fit ${object.name}: ${why}`, {
      fields: { name: object.name },
      next,
    });
  };
  const missing = Object.keys(declared).filter((disk) => !held.includes(disk));
  const more = held.filter((disk) => !Object.hasOwn(declared, disk));
  if (missing.length > 0) refuse(`it has no disk ${missing.join(', ')}`, 'declare the machine as it was exported');
  if (more.length > 0) refuse(`nothing declares its disk ${more.join(', ')}`, 'declare it under additional_disks');
  const fitting: FittingDisk[] = [];
  for (const [index, part] of disks.entries()) {
    const disk = held[index] ?? '';
    const { size, format } = declared[disk] ?? { size: null, format: null };
    const capacity = Number(memberAt(part.about, 'capacity'));
    if (size !== null && size < capacity)
      refuse(
        `its disk ${disk} has ${formatSize(capacity)}, and less is declared`,
        `declare at least ${formatSize(capacity)}`,
      );
    if (format !== member(part.about, 'format'))
      refuse(`its disk ${disk} is ${scalarText(member(part.about, 'format'))}`, 'declare the same format');
    const base = member(part.about, 'base');
    const below = parts.find(({ about }) => member(about, 'base') === base && member(about, 'disk') === null) ?? null;
    if (base !== null && below === null) refuse(`the image below its disk ${disk} is not in it`, 'export it again');
    const image = await imageFor(changing, disk === ROOT_DISK ? (config['image'] ?? null) : null, part, refuse);
    fitting.push({ disk, part, base: below, image });
  }
  return fitting;
}

interface Declared {
  readonly size: number | null;
  readonly format: string;
}

function declaredDisks(config: JsonObject): Readonly<Record<string, Declared>> {
  const sizeOf = (size: Json): number | null => (size === null ? null : parseSize(scalarText(size)));
  const further = isJsonObject(config['additional_disks']) ? config['additional_disks'] : {};
  return {
    ...(hasRootDisk(config) ? { [ROOT_DISK]: { size: sizeOf(config['disk'] ?? null), format: 'qcow2' } } : {}),
    ...Object.fromEntries(
      Object.entries(further).map(([name, disk]) => [
        name,
        { size: sizeOf(member(disk, 'size')), format: scalarText(member(disk, 'format')) },
      ]),
    ),
  };
}

/** The image as the manifest names it: it must be the very one that the disk lies over. */
async function imageFor(
  { context }: Changing,
  declared: Json,
  { about }: VmPart,
  refuse: (why: string, next: string) => never,
): Promise<Json> {
  const held = member(about, 'image');
  if ((declared === null) !== (member(about, 'base') === null))
    return refuse('with an image and without are two different disks', 'declare the image that it was exported with');
  if (declared === null || !isJsonObject(held)) return null;
  const location = scalarText(member(declared, 'location'));
  const digest = member(declared, 'digest');
  const found =
    typeof digest === 'string'
      ? [digest]
      : Object.values(await digestsOf(await fetchedImage(location, null, context), context.signal));
  if (!found.some((one) => one === held['sha256'] || one === held['sha512']))
    return refuse(`its disk lies over another image than ${location}`, 'declare the image that it was exported with');
  return { ...held, location };
}

/**
 * Images on the host: each once, by its content, and never written to. Disks lie over them. The mark of an image says that all of
 * it has arrived; what has none is a part, and is fetched again.
 */
import { open } from 'node:fs/promises';
import { TrueupError } from '../../../model/failure.ts';
import { canonicalJson, type Json, type JsonObject, member, scalarText } from '../../../model/json.ts';
import { errnoOf } from '../../../files/errno.ts';
import { Turns } from '../../turns.ts';
import { baseVolume, digestOfBase, markVolume } from '../names.ts';
import { must } from '../virsh/virsh.ts';
import { assertDigest, type Digests, digestsOf } from '../volumes/digests.ts';
import { fetchedImage } from '../volumes/fetch-image.ts';
import { readVolume, type VolumeSight } from '../volumes/describe.ts';
import { type ImageHead, readImageHead } from '../volumes/image-head.ts';
import { parseXml } from '../xml/parse.ts';
import type { Storing } from './changing.ts';
import { assertSpace } from './room.ts';
import { usedBases } from './used-bases.ts';
import { contentAt, deleteVolume, putContent, replaceVolume, volumeNames } from './volume-calls.ts';

export interface BaseImage extends Digests, ImageHead {
  readonly location: string;
  /** On the host. */
  readonly path: string;
}

/** Machines of one run may begin with one image. */
const TURNS = new Turns();

/** `null` where nothing is declared: then the disk begins empty. */
export async function putBase(storing: Storing, image: Json): Promise<BaseImage | null> {
  if (image === null) return null;
  const location = scalarText(member(image, 'location'));
  const digest = member(image, 'digest');
  const declared = typeof digest === 'string' ? digest : null;
  return TURNS.take(`${storing.virsh.engine.uri} ${location}`, async () => {
    const file = await fetchedImage(location, declared, storing.context);
    const head = await headOf(file, location);
    const digests = await digestsOf(file, storing.context.signal);
    assertDigest(location, declared, digests);
    const path = await uploaded(storing, file, { name: baseVolume(digests.sha256), location, format: head.format });
    return { ...digests, ...head, location, path };
  });
}

async function headOf(file: string, location: string): Promise<ImageHead> {
  try {
    await using handle = await open(file);
    return await readImageHead(handle, location);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    throw new TrueupError('image_not_found', `the image ${location} cannot be read: ${errnoOf(error) ?? ''}`, {
      cause: error,
      fields: { location },
      next: 'the path is relative to the manifest that names it',
    });
  }
}

interface Upload {
  readonly name: string;
  readonly location: string;
  readonly format: string;
}

async function uploaded(storing: Storing, file: string, { name, location, format }: Upload): Promise<string> {
  const { virsh, context } = storing;
  const names = await volumeNames(storing);
  if (!names.includes(name) || !names.includes(markVolume(name))) {
    await using handle = await open(file);
    const { size } = await handle.stat();
    await assertSpace(virsh, `the image ${location}`, size, context.signal);
    context.progress(`copying ${location} to the host`);
    // It is as large as the file: what kind of image is in it, libvirt finds out by itself.
    await replaceVolume(storing, { name, bytes: size, format: 'raw', over: null }, file, ['--sparse']);
    await putContent(storing, markVolume(name), canonicalJson({ location, format } satisfies JsonObject));
  }
  return (await volumeAt(storing, name)).path;
}

async function volumeAt({ virsh, context }: Storing, name: string): Promise<VolumeSight> {
  return readVolume(parseXml(await must(virsh, ['vol-dumpxml', '--pool', virsh.engine.pool, name], context.signal)));
}

/** Whether an image is still there for who has just made a disk over it. */
export async function isKept(storing: Storing, { sha256 }: Pick<BaseImage, 'sha256'>): Promise<boolean> {
  const names = await volumeNames(storing);
  const name = baseVolume(sha256);
  return names.includes(name) && names.includes(markVolume(name));
}

/** What is put there again and again for who finds it gone. */
export const BASE_ATTEMPTS = 3;

export function lostImage(name: string, location: string): TrueupError {
  return new TrueupError(
    'step_failed',
    `the image below disk ${name} is removed again and again while the disk is made`,
    {
      retryable: true,
      fields: { name, location },
      next: 'end what else works on this storage pool, and apply again',
    },
  );
}

/**
 * Removes images that nothing needs any more, in any pool. Others may be making disks meanwhile: the mark goes first, then it is
 * looked again, and who made a disk looks for the mark afterwards. So one of the two always sees the other.
 */
export async function removeUnusedBases(storing: Storing): Promise<void> {
  const unused = await unusedOf(storing);
  for (const base of unused) {
    const { name } = base;
    const mark = await contentAt(storing, markVolume(name));
    await deleteVolume(storing, markVolume(name));
    const used = await usedBases(storing);
    if (isUnused(base, used)) await deleteVolume(storing, name);
    else if (mark !== null) await putContent(storing, markVolume(name), mark);
  }
}

async function unusedOf(storing: Storing): Promise<readonly VolumeSight[]> {
  const names = await volumeNames(storing);
  const bases = names.filter((name) => digestOfBase(name) !== null);
  if (bases.length === 0) return [];
  const used = await usedBases(storing);
  // Where nobody knows who needs what, all of them stay.
  if (used === null) return [];
  const found: VolumeSight[] = [];
  for (const base of bases) found.push(await volumeAt(storing, base));
  return found.filter((base) => isUnused(base, used));
}

function isUnused({ name, path }: VolumeSight, used: ReadonlySet<string> | null): boolean {
  return used !== null && !used.has(path) && !used.has(name);
}

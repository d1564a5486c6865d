/** What qemu-img knows of an image, also of one that a machine runs with. */
import { isThere } from '../../../files/is-there.ts';
import { TrueupError } from '../../../model/failure.ts';
import { isJsonArray, type Json, member, parseJson, scalarText } from '../../../model/json.ts';
import { askQemuImg } from './qemu-img.ts';

export interface ImageInfo {
  readonly format: string;
  /** As the guest sees it. */
  readonly virtualBytes: number;
  /** What it takes on this machine. */
  readonly actualBytes: number;
  readonly snapshots: readonly ImageSnapshot[];
}

export interface ImageSnapshot {
  readonly name: string;
  /** Of the moment in which it was taken, and how much of a machine's memory is in it: no two are the same. */
  readonly token: string;
}

/** `null` where there is no such file. */
export async function imageInfo(path: string, signal: AbortSignal): Promise<ImageInfo | null> {
  if (!(await isThere(path))) return null;
  const {
    exit_code: code,
    stdout,
    stderr,
  } = await askQemuImg(['info', '--force-share', '--output=json', path], signal);
  if (code === 0) return infoIn(stdout);
  throw new TrueupError('step_failed', `nobody can tell what ${path} is: ${stderr.trim()}`, {
    fields: { path },
    next: 'look whether the image is whole: `qemu-img check`',
  });
}

export function infoIn(text: string): ImageInfo {
  const value = parseJson(text);
  const snapshots = member(value, 'snapshots');
  return {
    format: scalarText(member(value, 'format') ?? ''),
    virtualBytes: Number(member(value, 'virtual-size') ?? 0),
    actualBytes: Number(member(value, 'actual-size') ?? 0),
    snapshots: (isJsonArray(snapshots) ? snapshots : []).map(snapshotIn),
  };
}

const TELLING = ['date-sec', 'date-nsec', 'vm-state-size'];

function snapshotIn(value: Json): ImageSnapshot {
  const parts = TELLING.map((name) => scalarText(member(value, name) ?? ''));
  return { name: scalarText(member(value, 'name') ?? ''), token: parts.join('.') };
}

/** The bytes of a volume as they travel: stretch by stretch, through a file that only this user can read and that goes at once. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFolder } from './files.ts';
import { must, type Virsh } from './virsh.ts';

/** As much as a slow connection carries within the time that is given. */
const STRETCH = 16 * 1024 * 1024;
const TIMEOUT_MS = 300_000;

export interface Stretch {
  readonly volume: string;
  readonly from: number;
  /** Where it ends; the volume may end before. */
  readonly to: number;
}

export async function* downloaded(
  virsh: Virsh,
  { volume, from, to }: Stretch,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { pool } = virsh.engine;
  for (let at = from; at < to; ) {
    const place = ['--offset', String(at), '--length', String(Math.min(STRETCH, to - at))];
    const bytes = await withFolder(async (folder) => {
      const file = join(folder, 'stretch');
      await must(virsh, ['vol-download', '--pool', pool, volume, file, ...place], signal, TIMEOUT_MS);
      return readFile(file);
    });
    if (bytes.length === 0) return;
    at += bytes.length;
    yield bytes;
  }
}

/** From its beginning on; what is behind the last byte stays. */
export async function uploadTo(
  virsh: Virsh,
  volume: string,
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  let at = 0;
  const put = async (bytes: Uint8Array): Promise<void> =>
    withFolder(async (folder) => {
      const file = join(folder, 'stretch');
      await writeFile(file, bytes, { mode: 0o600 });
      const place = ['--offset', String(at), '--length', String(bytes.length)];
      await must(virsh, ['vol-upload', '--pool', virsh.engine.pool, volume, file, ...place], signal, TIMEOUT_MS);
      at += bytes.length;
    });
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < STRETCH) continue;
    await put(Buffer.concat(waiting));
    [waiting, length] = [[], 0];
  }
  if (length > 0) await put(Buffer.concat(waiting));
}

/** What the content of a file comes to, in both ways that a manifest may say it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { TrueupError } from '../../../model/failure.ts';

export interface Digests {
  readonly sha256: string;
  readonly sha512: string;
}

export async function digestsOf(path: string, signal: AbortSignal): Promise<Digests> {
  const hashes = { sha256: createHash('sha256'), sha512: createHash('sha512') };
  await pipeline(
    createReadStream(path, { highWaterMark: 1024 * 1024 }),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) for (const hash of Object.values(hashes)) hash.update(chunk);
    },
    { signal },
  );
  return { sha256: `sha256:${hashes.sha256.digest('hex')}`, sha512: `sha512:${hashes.sha512.digest('hex')}` };
}

export function assertDigest(location: string, declared: string | null, { sha256, sha512 }: Digests): void {
  if (declared === null || declared === sha256 || declared === sha512) return;
  const found = declared.startsWith('sha512:') ? sha512 : sha256;
  throw new TrueupError('step_failed', `the image ${location} is another one: its content comes to ${found}`, {
    fields: { location, declared, found },
    next: `declare \`digest: ${found}\` if that is the image you mean, else fetch it again`,
  });
}

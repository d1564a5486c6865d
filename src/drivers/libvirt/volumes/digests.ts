/** What the content of a file comes to, in both ways that a manifest may say it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { TrueupError } from '../../../model/failure.ts';

export interface Digests {
  readonly sha256: string;
  readonly sha512: string;
}

/** Of what passes through. */
export class Hashes {
  readonly #hashes = { sha256: createHash('sha256'), sha512: createHash('sha512') };

  async *over(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of content) {
      for (const hash of Object.values(this.#hashes)) hash.update(chunk);
      yield chunk;
    }
  }

  /** Asked once, at the end. */
  digests(): Digests {
    const { sha256, sha512 } = this.#hashes;
    return { sha256: `sha256:${sha256.digest('hex')}`, sha512: `sha512:${sha512.digest('hex')}` };
  }
}

export async function digestsOf(path: string, signal: AbortSignal): Promise<Digests> {
  const hashes = new Hashes();
  const content = hashes.over(createReadStream(path, { highWaterMark: 1024 * 1024 }));
  for await (const _chunk of content) signal.throwIfAborted();
  return hashes.digests();
}

export function assertDigest(location: string, declared: string | null, { sha256, sha512 }: Digests): void {
  if (declared === null || declared === sha256 || declared === sha512) return;
  const found = declared.startsWith('sha512:') ? sha512 : sha256;
  throw new TrueupError('step_failed', `the image ${location} is another one: its content comes to ${found}`, {
    fields: { location, declared, found },
    next: `declare \`digest: ${found}\` if that is the image you mean, else fetch it again`,
  });
}

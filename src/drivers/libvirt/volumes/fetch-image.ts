/**
 * An image as a file of this machine: where it lies, or fetched into the cache. What was fetched whole is not fetched again, and
 * what has another digest than is declared never gets there.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TrueupError } from '../../../model/failure.ts';
import { assertDigest, digestsOf } from './digests.ts';
import type { StepContext } from '../../step-context.ts';
import { errnoOf } from '../../../files/errno.ts';

/** Without a digest an address may mean another image tomorrow: then it is fetched each time. */
export async function fetchedImage(
  location: string,
  digest: string | null,
  context: Pick<StepContext, 'signal' | 'progress'>,
): Promise<string> {
  if (!/^https?:\/\//.test(location)) return location;
  const file = join(
    cacheFolder(),
    createHash('sha256')
      .update(`${location} ${digest ?? ''}`)
      .digest('hex'),
  );
  if (digest !== null && (await isThere(file))) return file;
  await mkdir(cacheFolder(), { recursive: true });
  context.progress(`fetching ${location}`);
  const part = `${file}.${process.pid}.part`;
  try {
    const answer = await fetch(location, { signal: context.signal });
    if (!answer.ok || answer.body === null) throw new Error(`the server answers with status ${answer.status}`);
    await pipeline(Readable.from(answer.body), createWriteStream(part), { signal: context.signal });
    assertDigest(location, digest, await digestsOf(part, context.signal));
  } catch (error) {
    await rm(part, { force: true });
    if (error instanceof TrueupError) throw error;
    context.signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrueupError('image_not_found', `the image ${location} cannot be fetched: ${reason}`, {
      cause: error,
      retryable: true,
      fields: { location },
      next: 'fetch it by other means, and name the file',
    });
  }
  await rename(part, file);
  return file;
}

async function isThere(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function cacheFolder(): string {
  const { XDG_CACHE_HOME: configured = '' } = process.env;
  return join(isAbsolute(configured) ? configured : join(homedir(), '.cache'), 'trueup', 'images');
}

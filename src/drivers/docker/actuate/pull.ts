/**
 * Pulls an image with the login that this machine has for its registry. Repeating a pull is harmless: what is there
 * already is not transferred again.
 */
import { failureOf, TrueupError } from '../../../model/failure.ts';
import type { EngineWriter } from '../api/engine-api.ts';
import type { ImageInspect } from '../api/wire.ts';
import { loginFor } from '../registry/credentials.ts';
import {
  canonicalReference,
  familiarReference,
  type NamedImage,
  parseImageReference,
} from '../registry/image-reference.ts';
import type { Login } from '../registry/login.ts';
import { pullFailure } from '../registry/pull-failure.ts';
import { PullProgress } from '../registry/pull-progress.ts';

export interface PullContext {
  readonly signal: AbortSignal;
  progress(message: string): void;
  /** Where logins are looked for; default: the environment of this process. */
  readonly environment?: NodeJS.ProcessEnv;
}

export interface WantedImage {
  /** As declared. */
  readonly reference: string;
  /** `linux/arm64`; `null` for the one of the engine. */
  readonly platform: string | null;
}

export interface PulledImage {
  readonly id: string;
  /** Of the manifest that the registry has; `null` where the engine does not keep it. */
  readonly digest: string | null;
}

/** Rejects with what the registry or the engine says of it, or with the reason of the signal. */
export async function pullImage(
  writer: EngineWriter,
  { reference, platform }: WantedImage,
  context: PullContext,
): Promise<PulledImage> {
  const image = parseImageReference(reference);
  if (image?.kind !== 'named') throw notPullable(reference, image !== null);
  // Without a tag the engine would pull all tags that there are.
  const wanted = familiarReference(image);
  const login = await loginFor(image, { environment: context.environment ?? process.env, signal: context.signal });
  try {
    await receive(writer, wanted, platform, login, context);
  } catch (error) {
    context.signal.throwIfAborted();
    const { code, message, fields } = failureOf(error);
    if (code !== 'step_failed' || fields['timeout_seconds'] !== undefined) throw error;
    const said = message.replace(`cannot pull ${wanted}: `, '');
    throw pullFailure(error, said, { reference, image, platform, login });
  }
  const found = await writer.image(wanted, context.signal);
  if (found === null) throw new TrueupError('step_failed', `pulled ${reference}, and the engine does not have it`);
  return { id: found.Id, digest: digestOf(found, image) };
}

async function receive(
  writer: EngineWriter,
  reference: string,
  platform: string | null,
  login: Login,
  { signal, progress }: PullContext,
): Promise<void> {
  const shown = new PullProgress(progress);
  const messages = await writer.pull(reference, platform, login.header, signal);
  for await (const message of messages) {
    signal.throwIfAborted();
    if (message.error !== undefined) throw new TrueupError('step_failed', message.error);
    shown.take(message, performance.now());
  }
}

/** The engine lists a digest for each repository under which it knows the image. */
function digestOf({ RepoDigests: digests }: ImageInspect, image: NamedImage): string | null {
  if (image.digest !== null) return image.digest;
  for (const text of digests ?? []) {
    const known = parseImageReference(text);
    if (known?.kind !== 'named' || known.digest === null) continue;
    const isSame = canonicalReference({ ...known, tag: image.tag, digest: null }) === canonicalReference(image);
    if (isSame) return known.digest;
  }
  return null;
}

function notPullable(reference: string, isId: boolean): TrueupError {
  const what = isId
    ? 'it is the id of an image, and registries know images by name'
    : 'it is no reference that an engine understands';
  const next = isId
    ? 'load or build the image on this engine, or name it as its registry does'
    : 'write it as name:tag, registry/name:tag or name@digest, in lower case';
  return new TrueupError('image_not_found', `cannot pull ${reference}: ${what}`, { fields: { reference }, next });
}

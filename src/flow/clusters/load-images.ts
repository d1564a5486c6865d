/**
 * Images from an engine of containers into the nodes of a cluster, by way of an archive on this machine. The archive is gone
 * afterwards, however it ends; the cluster then has all of an archive or what its engine had taken until then, and the same
 * command again makes it whole.
 */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Actuator } from '../../drivers/driver.ts';
import type { SavedImages } from '../../drivers/saved-images.ts';
import { PRIVATE_FILE } from '../../files/atomic-file.ts';
import { errnoOf } from '../../files/errno.ts';
import { privateFolder } from '../../files/private-folder.ts';
import { TrueupError } from '../../model/failure.ts';
import { plural } from '../../report/words.ts';
import type { ImageSource } from './image-sources.ts';
import { assertRunning, type ClusterWorkspace, type ReachedCluster } from './reach.ts';

export interface LoadContext {
  readonly signal: AbortSignal;
  progress(message: string): void;
}

/** Resolves with the bytes that went over. */
export async function loadImages(
  workspace: ClusterWorkspace,
  reached: ReachedCluster,
  sources: readonly ImageSource[],
  context: LoadContext,
): Promise<number> {
  assertRunning(reached);
  await using opened = new AsyncDisposableStack();
  const actuator = await reached.driver.actuator(reached.declaration);
  opened.defer(() => actuator.close());
  // Nothing is fetched that nobody can take.
  if (actuator.loadImages === undefined) throw runsNone(reached);
  let bytes = 0;
  for (const source of sources) bytes += await loadFrom(source, { workspace, reached, actuator }, context);
  return bytes;
}

interface Way {
  readonly workspace: ClusterWorkspace;
  readonly reached: ReachedCluster;
  readonly actuator: Actuator;
}

async function loadFrom(
  { engine, references }: ImageSource,
  { workspace, reached, actuator }: Way,
  context: LoadContext,
): Promise<number> {
  const { environment, resource } = reached;
  const declaration = environment.engines[engine];
  const driver = declaration === undefined ? null : await workspace.drivers.load(declaration.driver);
  if (declaration === undefined || driver === null)
    throw new TrueupError('unsupported', `this version of trueup has no driver for the engine "${engine}"`);
  await using opened = new AsyncDisposableStack();
  const observer = await driver.observer(declaration, workspace.vault);
  opened.defer(() => observer.close());
  if (observer.saveImages === undefined)
    throw new TrueupError('unsupported', `the engine "${engine}" has no images`, {
      next: 'name an engine of containers with `--engine`',
    });
  const folder = opened.use(await privateFolder('trueup-images-'));
  const archive = join(folder.path, 'images.tar');
  const saved = await observer.saveImages(references, context.signal);
  context.progress(`saving ${listText(references)} from ${engine}${sizeText(saved.bytes)}`);
  const bytes = await written(saved, archive, context);
  const name = `${environment.name}/${resource.address}`;
  context.progress(`loading ${plural(references.length, 'image')} into ${name}`);
  await actuator.loadImages?.({ type: resource.type, name: resource.name }, archive, context);
  return bytes;
}

/** Said at each tenth of what is worth waiting for. */
const WORTH_TELLING = 64 * 1024 ** 2;

async function written({ archive, bytes: expected }: SavedImages, path: string, context: LoadContext): Promise<number> {
  let [bytes, told] = [0, 0];
  async function* counted(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of archive) {
      bytes += chunk.byteLength;
      const tenth = expected === null || expected < WORTH_TELLING ? 0 : Math.floor((bytes / expected) * 10);
      if (tenth > told && tenth < 10) context.progress(`saved ${tenth * 10} %${sizeText(bytes)}`);
      told = Math.max(told, tenth);
      yield chunk;
    }
  }
  try {
    const { signal } = context;
    await pipeline(Readable.from(counted()), createWriteStream(path, { mode: PRIVATE_FILE, flags: 'wx' }), { signal });
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof TrueupError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrueupError('step_failed', `the images cannot be written to ${path}: ${reason}`, {
      cause: error,
      fields: { path, errno: errnoOf(error) },
      next: 'free some space there, or set TMPDIR to a folder that has it',
    });
  }
  return bytes;
}

function listText(references: readonly string[]): string {
  return references.length > 3 ? plural(references.length, 'image') : references.join(', ');
}

/** Rounded to what people read: ` (183 MiB)`. */
function sizeText(bytes: number | null): string {
  return bytes === null ? '' : ` (${Math.max(1, Math.round(bytes / 1024 ** 2))} MiB)`;
}

function runsNone({ environment, resource, declaration }: ReachedCluster): TrueupError {
  const name = `${environment.name}/${resource.address}`;
  return new TrueupError('unsupported', `${name}: a cluster of driver "${declaration.driver}" runs no containers`, {
    next: 'its pods run nothing, so that they need no images; take a cluster with real nodes',
  });
}

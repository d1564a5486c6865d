/** Files of a node container, read as they are: also of one that is stopped, and without running anything in it. */
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { visitEntries } from '../../../files/archive-entries.ts';
import type { Docker } from '../commands/docker.ts';
import { isMissing, unreachable } from '../commands/failures.ts';

/** By their paths below the folder that was asked for; a file that was asked for goes by its name. Empty where nothing is there. */
export type NodeFiles = ReadonlyMap<string, string>;

/** Rejects with `engine_unreachable` for whatever keeps the engine from telling: only it can say that nothing is there. */
export async function readNodeFiles(
  docker: Docker,
  node: string,
  path: string,
  signal: AbortSignal,
): Promise<NodeFiles> {
  const { exitCode, stdout, stderr, timedOut } = await docker.ask(['cp', `${node}:${path}`, '-'], signal);
  if (timedOut) throw unreachable(docker.engine, 'no answer in time');
  if (exitCode === 0) return unpacked(stdout);
  if (isMissing(stderr)) return new Map();
  throw unreachable(docker.engine, stderr);
}

/** The first word of each path is the name of what was asked for. */
async function unpacked(archive: Buffer): Promise<NodeFiles> {
  const { extract } = await import('tar-stream');
  const files = new Map<string, string>();
  const unpacking = extract();
  visitEntries(unpacking, async ({ name, type }, content) => {
    if (type === 'file') files.set(name.replace(/^[^/]+\/(?=.)/, ''), await text(content));
  });
  await pipeline(Readable.from([archive]), unpacking);
  return files;
}

/** Files of a node container, read as they are: also of one that is stopped, and without running anything in it. */
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { visitEntries } from '../../../files/archive-entries.ts';
import type { Docker } from '../commands/docker.ts';
import { isUnreachable, unreachable } from '../commands/failures.ts';

/** By their paths below the folder that was asked for; a file that was asked for goes by its name. Empty where nothing is there. */
export type NodeFiles = ReadonlyMap<string, string>;

export async function readNodeFiles(
  docker: Docker,
  node: string,
  path: string,
  signal: AbortSignal,
): Promise<NodeFiles> {
  const { exitCode, stdout, stderr, timedOut } = await docker.ask(['cp', `${node}:${path}`, '-'], signal);
  if (timedOut || isUnreachable(stderr)) throw unreachable(docker.engine, timedOut ? 'no answer in time' : stderr);
  // No such file, or no such container any more.
  return exitCode === 0 ? unpacked(stdout) : new Map();
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

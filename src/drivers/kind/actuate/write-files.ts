/** Puts files into a node container, whether it runs or not: all of them in one go. */
import { buffer } from 'node:stream/consumers';
import { dirname } from 'node:path/posix';
import { archiveChunks } from '../../../files/archive-chunks.ts';
import { refused } from '../commands/failures.ts';
import type { NodeSight } from '../observe/nodes.ts';
import type { Changing } from './changing.ts';

/** By their absolute paths. The folders above them are made where they are not there. */
export async function writeNodeFiles(
  { docker, context }: Changing,
  node: NodeSight,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  if (Object.keys(files).length === 0) return;
  const input = await archiveOf(files);
  const answer = await docker.ask(['cp', '-', `${node.id}:/`], context.signal, { input });
  if (answer.exitCode !== 0) throw refused(docker.engine, `docker cp into ${node.name}`, answer.stderr);
}

async function archiveOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const { pack } = await import('tar-stream');
  const packing = pack();
  const paths = Object.keys(files).map((path) => path.replace(/^\//, ''));
  for (const name of [...new Set(paths.flatMap(foldersOf))].toSorted())
    packing.entry({ name: `${name}/`, type: 'directory', mode: 0o755 });
  for (const [path, text] of Object.entries(files)) packing.entry({ name: path.replace(/^\//, ''), mode: 0o644 }, text);
  packing.finalize();
  return buffer(archiveChunks(packing));
}

/** Those that may be missing: what every node has keeps its mode. */
function foldersOf(path: string): readonly string[] {
  const folder = dirname(path);
  return folder.split('/').length <= 2 ? [] : [...foldersOf(folder), folder];
}

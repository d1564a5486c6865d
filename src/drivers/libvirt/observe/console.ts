/**
 * What a machine has written to its serial console since it was started. It stands in a file beside the disks, which libvirt
 * hands over like any volume, also from a remote host.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../../files/errno.ts';
import type { LogLine, LogOptions } from '../../log-line.ts';
import { consoleVolume } from '../names.ts';
import { withFolder } from '../virsh/files.ts';
import type { Virsh } from '../virsh/virsh.ts';
import { waitFor } from '../../wait.ts';
import { textAt } from '../xml/element.ts';
import { parseXml } from '../xml/parse.ts';
import { rolledConsoles } from './rolled-consoles.ts';

const LOOK_AGAIN_MS = 500;

export function linesIn(text: string): readonly string[] {
  // A terminal's own characters say nothing to a reader.
  const lines = text.replace(ESCAPES, '').split(/\r*\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => line.replace(/^.*\r/, ''));
}

const ESCAPES = /\u001b(\[[0-9;?]*[ -/]*[@-~]|[()][A-Z0-9]|[=>78cM])/g;

/** As it stands there; empty where nothing was written, or nobody may read it. */
export async function consoleText(virsh: Virsh, vm: string, signal: AbortSignal): Promise<string> {
  return withFolder(async (folder) => {
    const file = join(folder, 'console');
    const { pool, isLocal } = virsh.engine;
    const [description] = await virsh.ask(
      [
        ['pool-dumpxml', pool],
        ['vol-download', '--pool', pool, consoleVolume(vm), file],
      ],
      signal,
    );
    const place = isLocal && description?.stderr === '' ? textAt(parseXml(description.stdout), 'target', 'path') : null;
    const rolled = place === null ? [] : ((await rolledConsoles(place, vm)) ?? []);
    const texts = await Promise.all([...rolled, file].map(contentOf));
    return texts.join('');
  });
}

/** Nothing where it is gone meanwhile, or nobody here may read it. */
async function contentOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'EACCES'].includes(errnoOf(error) ?? '')) return '';
    throw error;
  }
}

export async function* consoleLog(
  virsh: Virsh,
  vm: string,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const lines = async (): Promise<readonly string[]> => linesIn(await consoleText(virsh, vm, signal));
  let seen = await lines();
  const first = options.tail === undefined ? seen : seen.slice(Math.max(0, seen.length - options.tail));
  yield* first.map(lineOf);
  while (options.follow === true && !signal.aborted) {
    await waitFor(LOOK_AGAIN_MS, signal);
    if (signal.aborted) return;
    const now = await lines();
    // A new start begins a new file.
    const isSame = now.length >= seen.length && now[0] === seen[0];
    yield* (isSame ? now.slice(seen.length) : now).map(lineOf);
    seen = now;
  }
}

function lineOf(line: string): LogLine {
  return { stream: 'stdout', at: null, line };
}

/**
 * All processes of a cluster: by the pids that kwokctl has written down, and by the programs of its folder, which each of them is
 * started as. A person who looks into the folder runs a program of another place.
 */
import { join } from 'node:path';
import { FILES } from '../engine.ts';
import { lookAtUnwritten } from './components.ts';
import type { Processes } from './processes.ts';

export async function pidsOf(folder: string, { commandOf, list }: Processes): Promise<readonly number[]> {
  const programs = join(folder, FILES.programs, '/');
  const [written, all] = await Promise.all([lookAtUnwritten(folder, commandOf), list()]);
  const running = written.flatMap(({ state, pid }) => (state === 'running' && pid !== null ? [pid] : []));
  const started = all.filter(({ words }) => words[0]?.startsWith(programs) ?? false).map(({ pid }) => pid);
  return [...new Set([...running, ...started])];
}

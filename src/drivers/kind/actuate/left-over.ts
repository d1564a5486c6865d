/**
 * What a killed trueup may have left running: a kind that goes on making a cluster, and would get in the way of the next. It is known
 * by the file that we told it to write to, and by what it tells the engine.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from '../../../files/errno.ts';
import { scratchFolder } from '../commands/kind.ts';
import { CLUSTER_LABEL } from '../names.ts';

const PAUSE_MS = 50;

export interface ProcessLine {
  readonly pid: number;
  readonly command: string;
}

/** Idempotent: resolves once there is nothing of the kind. */
export async function endLeftOver(cluster: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const found = leftOver(await processes(signal), cluster);
    if (found.length === 0) return;
    for (const { pid } of found) kill(pid);
    await delay(PAUSE_MS, undefined, { signal });
  }
}

/** Pure. kind itself, and the commands that it runs to make containers. */
export function leftOver(lines: readonly ProcessLine[], cluster: string): readonly ProcessLine[] {
  const file = `--kubeconfig ${scratchFolder(cluster)}/`;
  return lines.filter(({ command }) => {
    if (/^\S*\bkind (create|delete) cluster /.test(command)) return command.includes(file);
    return /^\S*\bdocker run /.test(command) && `${command} `.includes(` --label ${CLUSTER_LABEL}=${cluster} `);
  });
}

async function processes(signal: AbortSignal): Promise<readonly ProcessLine[]> {
  const { execa } = await import('execa');
  const { stdout } = await execa('ps', ['-axww', '-o', 'pid=,args='], { stdin: 'ignore', cancelSignal: signal });
  return stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(.*)$/.exec(line);
    return match === null ? [] : [{ pid: Number(match[1]), command: match[2] ?? '' }];
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}

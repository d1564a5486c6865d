/**
 * What a killed trueup may have left running: a kind that goes on making a cluster, and would get in the way of the next. It is known
 * by the file that we told it to write to, as are the commands that it runs: that stands in their environment, and in nobody else's.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from '../../../files/errno.ts';
import { type Meant, scratchKubeconfig } from '../commands/kind.ts';

const PAUSE_MS = 50;

export interface ProcessLine {
  readonly pid: number;
  /** Its words, and behind them its environment. */
  readonly command: string;
}

/** Idempotent: resolves once there is nothing of the kind. */
export async function endLeftOver(meant: Meant, signal: AbortSignal): Promise<void> {
  for (;;) {
    const found = leftOver(await processes(signal), scratchKubeconfig(meant));
    if (found.length === 0) return;
    for (const { pid } of found) kill(pid);
    await delay(PAUSE_MS, undefined, { signal });
  }
}

/** Pure. kind itself, and the commands that it runs to make containers. */
export function leftOver(lines: readonly ProcessLine[], kubeconfig: string): readonly ProcessLine[] {
  return lines.filter(
    ({ command }) =>
      /^\S*\b(kind (create|delete) cluster|docker run) /.test(command) &&
      `${command} `.includes(` KUBECONFIG=${kubeconfig} `),
  );
}

/** `e` is for environments, which are shown of the own processes alone. */
async function processes(signal: AbortSignal): Promise<readonly ProcessLine[]> {
  const { execa } = await import('execa');
  const { stdout } = await execa('ps', ['axeww', '-o', 'pid=,args='], {
    stdin: 'ignore',
    cancelSignal: signal,
    maxBuffer: 64 * 1024 * 1024,
  });
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

/** Leaves a commit to the process that serves the repo: it hears of it by itself, and nothing is applied twice. */
import type { Workspace } from '../../flow/workspace.ts';
import { servedBy } from '../../serve/served-by.ts';
import type { Followed } from './follow-commit.ts';

/** `null` where nobody serves this repo. */
export async function handOver({ repository }: Workspace, signal: AbortSignal): Promise<Followed | null> {
  const holder = await servedBy(repository.root, signal);
  if (holder === null) return null;
  const { command, pid } = holder;
  const who = [command ?? 'a process', ...(pid === null ? [] : [`pid ${pid}`])].join(', ');
  return { handedTo: who, environments: [], problem: null };
}

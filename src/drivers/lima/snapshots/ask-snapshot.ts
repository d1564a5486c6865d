/**
 * Lima's own word to a machine that runs. QEMU's complaints come as warnings, with status 0: so whoever asks looks afterwards. Never
 * `apply`: a machine that goes back to its memory has lost all who talked to it, its forwarded ports as well.
 */
import type { Changing } from '../actuate/changing.ts';
import { knownWords } from './known-words.ts';

/** All of its memory is written into a disk. */
const TIMEOUT_MS = 900_000;

/** What it complains of; empty for nothing. */
export async function askSnapshot(
  { limactl, context }: Changing,
  action: 'create' | 'delete',
  vm: string,
  id: string,
): Promise<string> {
  const command = ['snapshot', action, vm, '--tag', id];
  const { stderr } = await limactl.ask(command, context.signal, { timeoutMs: TIMEOUT_MS });
  return knownWords(stderr);
}

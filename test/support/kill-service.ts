/** What the world does to a service of the process engine. */
import { eventually, type ScratchRepo } from './cli.ts';

/** Kills it, and resolves once it is gone. */
export async function killService(repo: ScratchRepo, address: string): Promise<void> {
  const pid = (await repo.pids())[address];
  if (pid === undefined) throw new Error(`${address} does not run`);
  process.kill(pid, 'SIGKILL');
  await eventually(async () => (await repo.pids())[address] === undefined, `the end of ${address}`);
}

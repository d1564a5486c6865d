/** The pids of living services by address, from the registry's records and the OS: without asking trueup. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export async function servicePids(engineRoot: string): Promise<Readonly<Record<string, number>>> {
  const services = join(engineRoot, 'services');
  const names = await readdir(services).catch(() => []);
  const found = await Promise.all(names.map((name) => livingService(join(services, name))));
  return Object.fromEntries(found.flatMap((entry) => (entry === null ? [] : [entry])));
}

/** What is about to become a command is waited for: its process is recorded before it is the command. */
async function livingService(folder: string): Promise<readonly [string, number] | null> {
  for (const deadline = performance.now() + BECOMES_MS; ; ) {
    const [entry, state] = await Promise.all(
      ['entry.json', 'state'].map((file) => readFile(join(folder, file), 'utf8').catch(() => '')),
    );
    const address = /"address":\s*"([^"]+)"/.exec(entry ?? '')?.[1];
    const pid = / main=(\d+):/.exec(state ?? '')?.[1];
    if (address === undefined || pid === undefined || !(await isAlive(pid))) return null;
    if (performance.now() > deadline || !(await isStillShim(pid))) return [address, Number(pid)];
    await delay(5);
  }
}

/** A process may be stopped before it becomes its command. */
const BECOMES_MS = 20_000;

async function isStillShim(pid: string): Promise<boolean> {
  return (await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')).includes('TRUEUP_SHIM_WORDS=');
}

/** What was killed and not yet reaped counts as gone. */
async function isAlive(pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return /^ [^ZX]/.test(stat.slice(stat.lastIndexOf(')') + 1));
}

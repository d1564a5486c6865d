/** The environments on the process engine: looked at by its registry's files and by what lives, disturbed by signals. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../chaos/random.ts';
import { sendSignal } from '../chaos/send-signal.ts';
import type { ScratchRepo } from '../cli.ts';
import { declaredColours, physicalName, type SoakState } from './soak-state.ts';
import { anyService, type SoakWorld, unequal } from './soak-world.ts';

/** `isOurs`: processes of the scratch folder that are no services, such as the daemon. */
export function processSoakWorld(repo: ScratchRepo, isOurs: (pid: number) => boolean): SoakWorld {
  const names = (kind: string): Promise<readonly string[]> =>
    readdir(join(repo.engineRoot, kind)).catch((): readonly string[] => []);
  return {
    trouble: null,
    async differences(state) {
      const colours = declaredColours(state);
      const keys = [...colours.keys()];
      const [services, pids, living] = await Promise.all([names('services'), repo.pids(), repo.processes()]);
      const told = keys.map(async (key) => {
        const wanted = `COLOUR=${colours.get(key)}`;
        return (await environmentOf(pids[`service.${key}`])).includes(wanted) ? [] : [`${key} was not told ${wanted}`];
      });
      // A service is its shim and its command; what probes it comes and goes.
      const others = living.filter((pid) => !isOurs(pid));
      return [
        ...unequal('services', services, keys.map(physicalName)),
        ...unequal(
          'living services',
          Object.keys(pids),
          keys.map((key) => `service.${key}`),
        ),
        ...(others.length === keys.length * 2 ? [] : [await described(others)]),
        ...(await Promise.all(told)).flat(),
      ];
    },
    drift: (state, random) => drift(repo, state, random),
  };
}

async function environmentOf(pid: number | undefined): Promise<readonly string[]> {
  const text = pid === undefined ? '' : await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return text.split('\0');
}

async function described(pids: readonly number[]): Promise<string> {
  const lines = pids.map(async (pid) => {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'gone');
    return `${pid} ${text.replaceAll('\0', ' ').slice(0, 100)}`;
  });
  return `${pids.length} processes: ${(await Promise.all(lines)).join('; ')}`;
}

const SIGNALS = { kill: 'SIGKILL', terminate: 'SIGTERM', 'kill the shim of': 'SIGKILL', freeze: 'SIGSTOP' } as const;
const ACTS = ['kill', 'kill', 'terminate', 'kill the shim of', 'freeze'] as const;

/** Acts of a person with `kill`, or of the kernel that runs out of memory. */
async function drift(repo: ScratchRepo, state: SoakState, random: Random): Promise<string> {
  const act = random.pick(ACTS);
  const key = anyService(declaredColours(state).keys(), random);
  const pid = key === null ? undefined : (await repo.pids())[`service.${key}`];
  if (pid === undefined) return `${act} ${key}: it does not run`;
  const target = act === 'kill the shim of' ? await parentOf(pid) : pid;
  if (target > 1) sendSignal(target, SIGNALS[act]);
  return `${act} ${key}`;
}

async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2] ?? 0);
}

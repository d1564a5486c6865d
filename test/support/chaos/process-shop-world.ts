/** The shop on the process engine, looked at by its registry's files and by the processes that live, disturbed by signals. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScratchRepo } from '../cli.ts';
import type { Random } from './random.ts';
import { sendSignal } from './send-signal.ts';
import { colourOf, serviceKeys, VOLUMES } from './shop-state.ts';
import type { ShopWorld } from './shop-world.ts';

export function processShopWorld(repo: ScratchRepo): ShopWorld {
  const places = VOLUMES.map((name) => join(repo.engineRoot, 'volumes', name, 'data/precious'));
  const names = (kind: string): Promise<readonly string[]> =>
    readdir(join(repo.engineRoot, kind)).catch((): readonly string[] => []);
  return {
    async differences(state) {
      const keys = serviceKeys(state);
      const pids = await repo.pids();
      const living = await repo.processes();
      const environments = await Promise.all(keys.map((key) => environmentOf(pids[`service.${key}`])));
      return [
        ...unequal('services', await names('services'), keys.map(physical)),
        ...unequal('volumes', await names('volumes'), [state.volume]),
        ...unequal(
          'living services',
          Object.keys(pids),
          keys.map((key) => `service.${key}`),
        ),
        // A service is its shim and its command.
        ...(living.length === keys.length * 2 ? [] : [await describe(living)]),
        ...keys.flatMap((key, index) => {
          const wanted = `COLOUR=${colourOf(key, state)}`;
          return environments[index]?.includes(wanted) === true ? [] : [`${key} was not told ${wanted}`];
        }),
      ];
    },
    async remains() {
      const living = await repo.processes();
      return [
        ...(await names('services')),
        ...(await names('trash')),
        ...(living.length === 0 ? [] : [await describe(living)]),
      ];
    },
    async precious() {
      for (const place of places) {
        const content = await readFile(place, 'utf8').catch(() => null);
        if (content !== null) return content;
      }
      return null;
    },
    setPrecious: (content) => writeFile(places[0] ?? '', content),
    drift: (random) => drift(repo, random),
    async census() {
      const [services, volumes, trash] = await Promise.all(['services', 'volumes', 'trash'].map(names));
      const { length: processes } = await repo.processes();
      return {
        services: services?.length ?? 0,
        volumes: volumes?.length ?? 0,
        trash: trash?.length ?? 0,
        processes,
      };
    },
  };
}

function physical(key: string): string {
  return `shop-${key}-1`;
}

function unequal(what: string, found: readonly string[], wanted: readonly string[]): readonly string[] {
  const [left, right] = [found, wanted].map((names) => names.toSorted().join(' '));
  return left === right ? [] : [`${what}: ${left}, not ${right}`];
}

async function environmentOf(pid: number | undefined): Promise<readonly string[]> {
  const text = pid === undefined ? '' : await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return text.split('\0');
}

async function describe(pids: readonly number[]): Promise<string> {
  const lines = pids.map(async (pid) => {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'gone');
    return `${pid} ${text.replaceAll('\0', ' ').slice(0, 100)}`;
  });
  return `${pids.length} processes: ${(await Promise.all(lines)).join('; ')}`;
}

const SIGNALS = { kill: 'SIGKILL', terminate: 'SIGTERM', 'kill the shim': 'SIGKILL', freeze: 'SIGSTOP' } as const;

/** Acts of a person with `kill`, or of the kernel that runs out of memory. */
async function drift(repo: ScratchRepo, random: Random): Promise<string> {
  const key = random.pick(['db', 'web', 'worker0']);
  const act = random.pick(['kill', 'terminate', 'kill the shim', 'freeze', 'remove its record'] as const);
  const pid = (await repo.pids())[`service.${key}`];
  if (pid === undefined) return `nothing: ${key} does not run`;
  if (act === 'remove its record') {
    await rm(join(repo.engineRoot, 'services', physical(key), 'state'), { force: true });
  } else {
    const target = act === 'kill the shim' ? await parentOf(pid) : pid;
    if (target > 1) sendSignal(target, SIGNALS[act]);
  }
  return `${act} ${key}`;
}

async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2] ?? 0);
}

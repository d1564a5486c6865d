/** The contract suite's hand on a container engine: by its API as it is, never through the driver. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectReference } from '../../../src/drivers/scope.ts';
import type { ContractWorld } from '../contract/harness.ts';
import type { EngineCalls } from './engine-calls.ts';
import { eventually } from '../eventually.ts';
import { isRecord } from './fields/row.ts';
import { untilFrozen } from './until-frozen.ts';

/** Where a service of the program `writes` finds what it is told. */
export const TOLD = '/tmp/told';

type Found = Readonly<Record<string, unknown>>;

export function dockerWorld(engine: EngineCalls): ContractWorld {
  return {
    kill: async (service) => void (await engine.post(`/containers/${service}/kill`)),
    pause: async (service) => void (await untilFrozen(() => engine.post(`/containers/${service}/pause`))),
    remove: (object) => removeByHand(engine, object),
    write: (service, line) => execute(engine, service, ['sh', '-c', `echo "$0" >>${TOLD}`, line]),
    writeData: async (volume, data) => writeFile(await fileIn(engine, volume), data),
    readData: async (volume) => {
      const path = await fileIn(engine, volume).catch(() => null);
      return path === null ? null : readFile(path, 'utf8').catch(() => null);
    },
    snapshot: async () => JSON.stringify(await everything(engine), null, 1),
  };
}

/**
 * Leaves the engine as it was when it was started, with nothing but its images. What somebody who was killed has begun to
 * remove or to make may be in the way for a while.
 */
export async function emptyEngine(engine: EngineCalls): Promise<void> {
  let hindrance: unknown = null;
  const isEmpty = async (): Promise<boolean> => {
    try {
      const { containers, networks, volumes } = await lists(engine);
      await Promise.all(containers.map(({ Id }) => engine.delete(`/containers/${String(Id)}?force=1&v=1`)));
      await Promise.all(networks.map(({ Id }) => engine.delete(`/networks/${String(Id)}`)));
      await Promise.all(volumes.map(({ Name }) => engine.delete(`/volumes/${String(Name)}?force=1`)));
      return containers.length + networks.length + volumes.length === 0;
    } catch (error) {
      hindrance = error;
      return false;
    }
  };
  await eventually(isEmpty, () => `the engine to be empty: ${String(hindrance)}`);
}

/** All but images and the networks that every engine has. */
async function lists(engine: EngineCalls): Promise<Readonly<Record<'containers' | 'networks' | 'volumes', Found[]>>> {
  const [containers, networks, { Volumes: volumes }] = await Promise.all([
    engine.get<Found[]>('/containers/json?all=1'),
    engine.get<Found[]>('/networks'),
    engine.get<{ readonly Volumes: Found[] | null }>('/volumes'),
  ]);
  const own = networks.filter(({ Name }) => !['bridge', 'host', 'none', 'podman'].includes(String(Name)));
  return { containers, networks: own, volumes: volumes ?? [] };
}

async function everything(engine: EngineCalls): Promise<readonly Found[]> {
  const { containers, networks, volumes } = await lists(engine);
  const paths = [
    ...containers.map(({ Id }) => `/containers/${String(Id)}/json`),
    ...networks.map(({ Id }) => `/networks/${String(Id)}`),
    ...volumes.map(({ Name }) => `/volumes/${String(Name)}`),
  ];
  return Promise.all(paths.toSorted().map(async (path) => steady(await engine.find<Found>(path))));
}

/** Without what differs though nobody did anything: the order of mounts, and how the engine's own health checks went. */
function steady(found: Found | null): Found {
  const { State: state, Mounts: mounts } = found ?? {};
  return {
    ...found,
    ...(Array.isArray(mounts) ? { Mounts: mounts.toSorted(byText) } : {}),
    ...(isRecord(state) && isRecord(state['Health']) ? { State: { ...state, Health: null }, ExecIDs: null } : {}),
  };
}

function byText(left: unknown, right: unknown): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}

/** What uses a network or volume goes along, or lets go of it, whichever the engine asks for. */
async function removeByHand(engine: EngineCalls, { type, name }: ObjectReference): Promise<void> {
  if (type === 'service') await engine.delete(`/containers/${name}?force=1&v=1`);
  else if (type === 'volume') await engine.delete(`/volumes/${name}?force=1`);
  else {
    const network = await engine.find<{ readonly Containers?: Found | null }>(`/networks/${name}`);
    for (const container of Object.keys(network?.Containers ?? {})) {
      await engine.post(`/networks/${name}/disconnect`, { Container: container, Force: true });
    }
    await engine.delete(`/networks/${name}`);
  }
}

async function execute(engine: EngineCalls, container: string, command: readonly string[]): Promise<void> {
  const body = { Cmd: command, AttachStdout: true, AttachStderr: true };
  const { Id } = await engine.post<{ readonly Id: string }>(`/containers/${container}/exec`, body);
  await engine.post(`/exec/${Id}/start`, { Detach: false, Tty: false });
}

async function fileIn(engine: EngineCalls, volume: string): Promise<string> {
  const { Mountpoint: folder } = await engine.get<{ readonly Mountpoint: string }>(`/volumes/${volume}`);
  return join(folder, 'precious');
}

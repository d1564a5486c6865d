/**
 * Makes anew what a cluster consists of, but for its data: kwokctl makes a cluster of the same name below another root, and what it
 * has written there is put in place, its settings last. Killed at any moment, the cluster is as it was, or known to be half-made, and
 * its data is where it always was.
 */
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../files/atomic-file.ts';
import { isThere } from '../../../files/is-there.ts';
import { waitFor } from '../../wait.ts';
import { createArguments } from '../create-arguments.ts';
import { clusterFolder, type Engine, FILES, workshopOf } from '../engine.ts';
import type { Changing, ClusterArguments } from './changing.ts';
import { choosePorts } from './choose-ports.ts';
import { commandCluster, CREATE_MS } from './command.ts';
import { stopProcesses } from './stop-processes.ts';

const LOOK_AGAIN_MS = 20;

/** Nothing of the cluster may run. */
export async function makeAnew(changing: Changing, { name, config }: ClusterArguments): Promise<void> {
  const { engine, context } = changing;
  const workshop = workshopOf(engine, name);
  await clearWorkshop(changing, name);
  context.progress('kwokctl makes all but its data anew');
  await layOut(changing, workshop, { name, config });
  await stopProcesses(changing, workshop, name);
  await putInPlace(workshop, engine, name);
  await clearWorkshop(changing, name);
}

/** What a killed run left there holds nothing that anybody needs. */
export async function clearWorkshop(changing: Changing, name: string): Promise<void> {
  const workshop = workshopOf(changing.engine, name);
  if (!(await isThere(workshop.root))) return;
  await stopProcesses(changing, workshop, name);
  await rm(workshop.root, { recursive: true, force: true });
}

/** kwokctl is done with writing when it begins to start what it has written: it gets no further. */
async function layOut(changing: Changing, workshop: Engine, { name, config }: ClusterArguments): Promise<void> {
  const { signal } = changing.context;
  const enough = new AbortController();
  const args = createArguments(name, config, await changing.binaries());
  const all = AbortSignal.any([signal, enough.signal]);
  const options = await choosePorts();
  const made = commandCluster(changing, workshop, { name, config, args, timeoutMs: CREATE_MS, signal: all, options });
  let hasEnded = false;
  const ended = made.catch((error: unknown) => error).finally(() => (hasEnded = true));
  while (!hasEnded && !(await isStarting(clusterFolder(workshop, name)))) await waitFor(LOOK_AGAIN_MS, all);
  enough.abort();
  const error = await ended;
  signal.throwIfAborted();
  if (!(await isStarting(clusterFolder(workshop, name)))) throw error;
}

async function isStarting(folder: string): Promise<boolean> {
  return (await readdir(join(folder, FILES.pids)).catch(() => [])).length > 0;
}

/** By its settings a cluster is known to be whole: they go first and come last. */
async function putInPlace(workshop: Engine, engine: Engine, name: string): Promise<void> {
  const [from, to] = [clusterFolder(workshop, name), clusterFolder(engine, name)];
  // Without the root, which YAML may fold or escape.
  const [belowFrom, belowTo] = [from, to].map((folder) => folder.slice(engine.root.length));
  const settled = async (part: string): Promise<string> =>
    (await readFile(join(from, part), 'utf8')).replaceAll(belowFrom ?? '', belowTo ?? '');
  const [settings, kubeconfig] = await Promise.all([settled(FILES.config), settled(FILES.kubeconfig)]);
  await rm(join(to, FILES.config), { force: true });
  for (const part of [FILES.certificates, FILES.programs]) {
    await rm(join(to, part), { recursive: true, force: true });
    await rename(join(from, part), join(to, part));
  }
  await writeFileAtomic(join(to, FILES.kubeconfig), kubeconfig);
  await writeFileAtomic(join(to, FILES.config), settings);
}

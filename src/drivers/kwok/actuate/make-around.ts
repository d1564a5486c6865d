/**
 * Has kwokctl make a cluster, and start it. kwokctl removes the whole folder of one that it cannot make, so it makes one in its place
 * only where nothing can be lost. Of one that has data, whatever else has gone or is spoilt is made in a workshop beside it.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TrueupError } from '../../../model/failure.ts';
import { createArguments } from '../create-arguments.ts';
import { clusterFolder, FILES } from '../engine.ts';
import { REPAIR } from '../facts.ts';
import { findApiServer } from '../observe/api-server-version.ts';
import { hasData } from '../observe/data.ts';
import { lookAtFolder } from '../observe/look-at-folder.ts';
import type { Changing, ClusterArguments } from './changing.ts';
import { choosePorts } from './choose-ports.ts';
import { commandCluster, CREATE_MS } from './command.ts';
import { takenPort } from './ports.ts';
import { startProcesses } from './start-processes.ts';
import { stopProcesses } from './stop-processes.ts';
import { untilListening } from './until-listening.ts';
import { whileItLives } from './while-it-lives.ts';
import { makeAnew } from './workshop.ts';

/** Somebody else may choose the same ports at the same time. */
const TRIES = 3;

/** Nothing is stopped or begun for an API server that would not start. */
async function assertApiServer({ context }: Changing, name: string): Promise<void> {
  const { problem } = await findApiServer(context.signal);
  if (problem !== null) throw new TrueupError('step_failed', problem, { fields: { cluster: name }, next: REPAIR });
}

/** One after the other: each start takes all that a small machine has for seconds. */
export function makeAround(changing: Changing, cluster: ClusterArguments): Promise<void> {
  return changing.creating(async () => {
    await assertApiServer(changing, cluster.name);
    for (let tries = 1; ; tries += 1) {
      try {
        return await make(changing, cluster);
      } catch (error) {
        const isUnlucky = error instanceof TrueupError && error.code === 'step_failed' && tries < TRIES;
        const taken = isUnlucky ? await takenPort(await lookAtFolder(changing.engine, cluster.name)) : null;
        if (taken === null) throw error;
        changing.context.progress(`port ${taken} is somebody else's by now: it gets others`);
      }
    }
  });
}

async function make(changing: Changing, cluster: ClusterArguments): Promise<void> {
  const { engine } = changing;
  await stopProcesses(changing, engine, cluster.name);
  if (!(await hasData(clusterFolder(engine, cluster.name)))) return makeInPlace(changing, cluster);
  await makeAnew(changing, cluster);
  await startProcesses(changing, cluster);
}

async function makeInPlace(changing: Changing, { name, config }: ClusterArguments): Promise<void> {
  const { engine, context } = changing;
  for (const part of [FILES.config, FILES.kubeconfig, FILES.certificates])
    await rm(join(clusterFolder(engine, name), part), { recursive: true, force: true });
  context.progress('kwokctl creates it');
  const args = createArguments(name, config, await changing.binaries());
  const options = await choosePorts();
  await whileItLives(changing, name, (signal) =>
    commandCluster(changing, engine, { name, config, args, timeoutMs: CREATE_MS, signal, options }),
  );
  await untilListening(changing, name);
}

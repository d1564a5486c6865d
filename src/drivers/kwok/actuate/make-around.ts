/**
 * Has kwokctl make a cluster, and start it. Of one that is there half, or has lost a part, all but the data is made anew: kwokctl
 * keeps a folder of data that it finds, and writes everything else.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../files/atomic-file.ts';
import { makeFolder } from '../../../files/make-folder.ts';
import { createArguments, kwokctlEnvironment } from '../create-arguments.ts';
import { clusterFolder, FILES } from '../engine.ts';
import { mustKwokctl } from '../kwokctl.ts';
import { TrueupError } from '../../../model/failure.ts';
import { lookAtFolder } from '../observe/look-at-folder.ts';
import type { Changing, ClusterArguments } from './changing.ts';
import { takenPort } from './ports.ts';
import { stopProcesses } from './stop.ts';
import { untilListening } from './until-listening.ts';
import { whileItLives } from './while-it-lives.ts';

/** What is fetched is fetched by it, too. */
const CREATE_MS = 10 * 60_000;

/** What kwokctl is to do that it has no argument for: without it, everybody on the network could write into etcd. */
const WISHES = `apiVersion: config.kwok.x-k8s.io/v1alpha1
kind: KwokctlConfiguration
options:
  bindAddress: 127.0.0.1
`;

/** Somebody else may choose the same ports at the same time. */
const TRIES = 3;

/** One after the other: kwokctl takes ports that nobody listens on yet, and two at once would take the same ones. */
export function makeAround(changing: Changing, cluster: ClusterArguments): Promise<void> {
  return changing.creating(async () => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await make(changing, cluster);
      } catch (error) {
        const isUnlucky = error instanceof TrueupError && error.code === 'step_failed' && tries < TRIES;
        if (!isUnlucky || (await takenPort(await lookAtFolder(changing.engine, cluster.name))) === null) throw error;
        changing.context.progress('somebody else has taken one of its ports: it gets others');
      }
    }
  });
}

async function make(changing: Changing, { name, config }: ClusterArguments): Promise<void> {
  const { engine, context } = changing;
  const folder = clusterFolder(engine, name);
  await stopProcesses(changing, await lookAtFolder(engine, name));
  for (const part of [FILES.config, FILES.kubeconfig, FILES.certificates, FILES.pids])
    await rm(join(folder, part), { recursive: true, force: true });
  await makeFolder(folder);
  const wishes = join(folder, FILES.wishes);
  await writeFileAtomic(wishes, WISHES);
  const binaries = await changing.binaries();
  context.progress('kwokctl creates it');
  await whileItLives(changing, name, (signal) =>
    mustKwokctl(engine, {
      args: [...createArguments(name, config, binaries), '--config', wishes],
      environment: kwokctlEnvironment(engine.root, config, binaries),
      timeoutMs: CREATE_MS,
      signal,
    }),
  );
  await untilListening(changing, name);
}

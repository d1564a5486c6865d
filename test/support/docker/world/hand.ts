/**
 * The world's hand: what somebody with the docker command line does to the things of one scene. It removes and makes anew
 * with what is to be otherwise, and has no other way to the engine than that command.
 */
import type { DockerRepo } from '../docker-repo.ts';
import { type Inspected, isRecord } from '../fields/row.ts';
import { type ContainerArguments, containerArguments, type Joined } from './container-arguments.ts';
import { networkArguments, type ObjectArguments, volumeArguments } from './object-arguments.ts';
import { type Options, words } from './options.ts';

export type Docker = DockerRepo['docker'];

/** What is to be otherwise; absent for nothing. */
export interface Otherwise {
  container?(args: ContainerArguments): ContainerArguments;
  volume?(options: Options): Options;
  network?(options: Options): Options;
}

/** Names on the engine. */
export interface Objects {
  readonly container: string;
  readonly volume: string;
  readonly network: string;
}

/** The container is removed first and made last: nothing else can be removed while it is there. */
export async function makeAnew(docker: Docker, objects: Objects, otherwise: Otherwise): Promise<void> {
  const container = await inspected(docker, 'container', objects.container);
  const image = await inspected(docker, 'image', String(container['Image']));
  const args = containerArguments(container, image);
  await docker('rm', '--force', '--volumes', objects.container);
  if (otherwise.volume !== undefined) {
    const { name, options } = volumeArguments(await inspected(docker, 'volume', objects.volume));
    await docker('volume', 'rm', name);
    await makeVolume(docker, { name, options: otherwise.volume(options) });
  }
  if (otherwise.network !== undefined) {
    const { name, options } = networkArguments(await inspected(docker, 'network', objects.network));
    await docker('network', 'rm', name);
    await makeNetwork(docker, { name, options: otherwise.network(options) });
  }
  await makeContainer(docker, otherwise.container?.(args) ?? args);
}

async function makeVolume(docker: Docker, { name, options }: ObjectArguments): Promise<void> {
  await docker('volume', 'create', ...words(options), name);
}

async function makeNetwork(docker: Docker, { name, options }: ObjectArguments): Promise<void> {
  await docker('network', 'create', ...words(options), name);
}

/** Made, joined to its networks, and started. */
async function makeContainer(
  docker: Docker,
  { options, networks: [first, ...others], image, command }: ContainerArguments,
): Promise<void> {
  const id = await docker('create', ...words(options), ...networkWords(first), image, ...command);
  for (const { network, options: joining } of others)
    await docker('network', 'connect', ...words(joining), network, id);
  await docker('start', id);
}

function networkWords(first: Joined | undefined): readonly string[] {
  if (first === undefined) return ['--network=none'];
  const aliases = first.options.map(([flag, value]) => [flag === '--alias' ? '--network-alias' : flag, value] as const);
  return [`--network=${first.network}`, ...words(aliases)];
}

export async function inspected(docker: Docker, type: string, name: string): Promise<Inspected> {
  const [found]: readonly unknown[] = JSON.parse(await docker(type, 'inspect', name)) as never;
  if (!isRecord(found)) throw new Error(`no ${type} ${name}`);
  return found;
}

/** A container alone. */
export function containerOf(container: string): Objects {
  return { container, volume: '', network: '' };
}

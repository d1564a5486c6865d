/**
 * The demo on containers. An engine is shared with all else that runs on it, so everything of the demo carries a project
 * name that nobody else has, and is removed by trueup itself, which finds it by its labels.
 */
import { execFile, spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtInDrivers } from '../../drivers/registry.ts';
import { TrueupError } from '../../model/failure.ts';
import { UNRESOLVED_SECRET } from '../../model/secret.ts';
import { packagePath } from '../package-files.ts';
import { containerManifestText } from './container-manifest.ts';
import { type DemoEngine, MANIFEST_PATH } from './demo-engine.ts';
import { endLeftovers } from './leftovers.ts';
import type { Scratch } from './scratch.ts';
import type { Stage } from './stage.ts';

const run = promisify(execFile);

export const DEMO_IMAGE = 'busybox:1.37';

/** The programs that break things from outside, the first that sees the containers of the demo. */
const PROGRAMS: readonly string[] = ['docker', 'podman'];

/** An engine that needs longer for a look, or for removing three containers, is in trouble of its own. */
const LOOK_MS = 15_000;
const REMOVAL_MS = 60_000;

export function onContainers(image: string): DemoEngine {
  const project = `trueup-demo-${randomBytes(3).toString('hex')}`;
  return {
    noun: 'containers',
    ownFolders: false,
    trouble: {
      happens: 'a container is killed, another is paused, and somebody cuts the API off from its network',
      healed: 'it starts what was killed, resumes what was paused, and connects the API again',
    },
    async check(signal) {
      await look(image, signal);
    },
    files: (greeting) => ({ [MANIFEST_PATH]: containerManifestText({ project, image, greeting }) }),
    prepare: (stage) => prepare(stage, image),
    async askApi(stage) {
      await stage.trueup(['exec', 'api', '--', 'wget', '-qO-', 'http://127.0.0.1/cgi-bin/greet']);
    },
    misbehave: (stage, scratch, signal) => misbehave(stage, project, scratch, signal),
    endLeftovers: remove,
    leftText: () => `Some of its containers may be left: those whose names begin with ${project}.`,
  };
}

/** Whether the engine has the image. Rejects where there is no engine. */
async function look(image: string, signal: AbortSignal): Promise<boolean> {
  const driver = await builtInDrivers.load('docker');
  if (driver === null) throw new TrueupError('engine_unreachable', 'this version of trueup has no driver "docker"');
  const observer = await driver.observer(
    { name: 'docker', driver: 'docker', settings: {} },
    { seal: () => UNRESOLVED_SECRET },
  );
  try {
    const scope = { owners: [], project: '', environment: '', names: { image: [image] } };
    const observation = await observer.observe(
      { ...scope, only: [{ type: 'image', name: image }] },
      AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]),
    );
    if (observation.status === 'known') return observation.objects.some(({ type }) => type === 'image');
    const reason = observation.status === 'unreachable' ? `: ${observation.error}` : '';
    throw new TrueupError('engine_unreachable', `the demo needs a container engine${reason}`, {
      next: 'run `trueup doctor` to see which engines answer, or `trueup demo` without --engine, which needs none',
    });
  } finally {
    await observer.close();
  }
}

/** A pull is shown where it is needed, and is the one thing here that needs a network. */
async function prepare(stage: Stage, image: string): Promise<void> {
  if (await look(image, stage.signal)) return;
  await stage.say(`The image ${image} is not on this engine yet.`);
  try {
    await stage.trueup(['pull', 'local']);
  } catch (error) {
    stage.signal.throwIfAborted();
    throw new TrueupError('image_not_found', `the demo cannot have its image ${image}`, {
      cause: error,
      next: 'run it with --image REFERENCE, and one that the engine has: it needs a shell, httpd and wget',
    });
  }
}

async function misbehave(stage: Stage, project: string, { env }: Scratch, signal: AbortSignal): Promise<string | null> {
  const container = (service: string): string => `${project}-${service}-1`;
  const program = await programSeeing(container('worker'), env, signal);
  if (program === null) return 'there is no docker or podman program here to break things with';
  for (const args of [
    ['kill', container('worker')],
    ['pause', container('db')],
    ['network', 'disconnect', `${project}_default`, container('api')],
  ]) {
    await stage.shows([program, ...args].join(' '));
    await run(program, args, { env, signal });
  }
  return null;
}

async function programSeeing(container: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string | null> {
  for (const program of PROGRAMS) {
    try {
      await run(program, ['container', 'inspect', container], { env, signal, timeout: LOOK_MS });
      return program;
    } catch {
      signal.throwIfAborted();
    }
  }
  return null;
}

/** What a command of the demo still has under way must not go on meanwhile. */
function remove({ folder, repo, env }: Scratch): boolean {
  const quiet = endLeftovers(folder);
  if (!existsSync(join(repo, '.trueup'))) return quiet;
  const args = ['destroy', 'local', '--volumes', '--auto-approve', '--quiet'];
  const options: SpawnSyncOptions & { readonly detached: boolean } = {
    cwd: repo,
    env,
    stdio: 'ignore',
    // Somebody who presses Ctrl-C again and again means the demo, not its removal.
    detached: true,
    timeout: REMOVAL_MS,
    killSignal: 'SIGKILL',
  };
  const { status } = spawnSync(process.execPath, [packagePath('bin', 'trueup.js'), ...args], options);
  return quiet && status === 0;
}

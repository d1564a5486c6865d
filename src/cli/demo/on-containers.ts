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

/** What does as well where the engine has it: nothing is pulled then. */
const STAND_INS: readonly string[] = ['latest', 'stable', '1', '1.36', '1.35'].map((tag) => `busybox:${tag}`);

/** The programs that break things from outside, the first that sees the containers of the demo. */
const PROGRAMS: readonly string[] = ['docker', 'podman'];

/** An engine that needs longer for a look, or for removing three containers, is in trouble of its own. */
const LOOK_MS = 15_000;
const REMOVAL_MS = 60_000;

/** Without an image it is the usual one, or one like it that the engine has already. Rejects where there is no engine. */
export async function onContainers(asked: string | undefined, signal: AbortSignal): Promise<DemoEngine> {
  const candidates = asked === undefined ? [DEMO_IMAGE, ...STAND_INS] : [asked];
  const present = await imagesPresent(candidates, signal);
  const image = candidates.find((candidate) => present.has(candidate)) ?? candidates[0] ?? DEMO_IMAGE;
  const project = `trueup-demo-${randomBytes(3).toString('hex')}`;
  return {
    noun: 'containers',
    ownFolders: false,
    trouble: {
      happens: 'a container is killed, another is paused, and somebody cuts the API off from its network',
      healed: 'it starts what was killed, resumes what was paused, and connects the API again',
    },
    files: (greeting) => ({ [MANIFEST_PATH]: containerManifestText({ project, image, greeting }) }),
    prepare: (stage) => (present.has(image) ? Promise.resolve() : pull(stage, image)),
    async askApi(stage) {
      await stage.trueup(['exec', 'api', '--', 'wget', '-qO-', 'http://127.0.0.1/cgi-bin/greet']);
    },
    misbehave: (stage, scratch, signal) => misbehave(stage, project, scratch, signal),
    endLeftovers: remove,
    leftText: () => `Some of its containers may be left: those whose names begin with ${project}.`,
  };
}

/** Which of these images the engine has. Rejects where there is no engine. */
async function imagesPresent(references: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>> {
  const driver = await builtInDrivers.load('docker');
  if (driver === null) throw new TrueupError('engine_unreachable', 'this version of trueup has no driver "docker"');
  const observer = await driver.observer(
    { name: 'docker', driver: 'docker', settings: {} },
    { seal: () => UNRESOLVED_SECRET },
  );
  try {
    const only = references.map((name) => ({ type: 'image', name }) as const);
    const observation = await observer.observe(
      { owners: [], project: '', environment: '', names: { image: references }, only },
      AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]),
    );
    if (observation.status === 'known') return new Set(observation.objects.map(({ name }) => name));
    const reason = observation.status === 'unreachable' ? `: ${observation.error}` : '';
    throw new TrueupError('engine_unreachable', `the demo needs a container engine${reason}`, {
      next: 'run `trueup doctor` to see which engines answer, or `trueup demo` without --engine, which needs none',
    });
  } finally {
    await observer.close();
  }
}

/** A pull is shown where it is needed, and is the one thing here that needs a network. */
async function pull(stage: Stage, image: string): Promise<void> {
  await stage.say(`The image ${image} is not on this engine yet.`);
  try {
    await stage.trueup(['pull', 'local']);
  } catch (error) {
    stage.signal.throwIfAborted();
    throw new TrueupError(
      'image_not_found',
      `the demo needs the image ${image}: the engine neither has it nor can pull it`,
      {
        cause: error,
        next: 'run it with --image REFERENCE, and one that the engine has: it needs a shell, httpd and wget, as the images of busybox have',
      },
    );
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
  const { status } = spawnSync(process.execPath, [packagePath('bin', 'trueup.cjs'), ...args], options);
  return quiet && status === 0;
}

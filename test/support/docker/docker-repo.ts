/** A scratch repo whose environments are on the engine under test; disposing of it leaves the engine empty. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type ScratchRepo, scratchRepo } from '../cli.ts';
import { emptyEngine } from './docker-world.ts';
import { untilFrozen } from './until-frozen.ts';
import { type EngineUnderTest, engineUnderTest } from './engine-under-test.ts';

export interface DockerRepo extends ScratchRepo {
  readonly engine: EngineUnderTest;
  /** Runs the docker command line and resolves with its output, trimmed. */
  docker(...args: readonly string[]): Promise<string>;
}

/** Use it with `await using`. `host` is where trueup finds the engine. Default: the engine's own socket. */
export async function dockerRepo(
  files: Readonly<Record<string, string>>,
  { host }: { readonly host?: string } = {},
): Promise<DockerRepo> {
  const engine = engineUnderTest();
  await emptyEngine(engine.calls);
  const repo = await scratchRepo(files);
  repo.env['DOCKER_HOST'] = host ?? engine.host;
  return {
    ...repo,
    engine,
    async docker(...args) {
      const run = (): Promise<string> => runDocker(engine, args);
      return args[0] === 'pause' ? (await untilFrozen(run)).result : run();
    },
    async [Symbol.asyncDispose]() {
      await emptyEngine(engine.calls);
      await repo[Symbol.asyncDispose]();
    },
  };
}

/** As a person would call it, with nothing of this machine's configuration. */
async function runDocker({ host }: EngineUnderTest, args: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', DOCKER_HOST: host };
  const { stdout } = await promisify(execFile)('docker', args, { env });
  return stdout.trim();
}

/** The docker command, by which kind itself reaches the engine: contexts, TLS and ssh are the same for both. */
import { TrueupError } from '../../../model/failure.ts';
import type { Engine } from '../engine.ts';
import { refused } from './failures.ts';
import { type Answer, type Call, mustRun, runCommand } from './run.ts';

export interface Docker {
  readonly engine: Engine;
  /** Its output; rejects where the command ends badly. */
  must(args: readonly string[], signal: AbortSignal, options?: DockerOptions): Promise<Buffer>;
  /** However it ends. */
  ask(args: readonly string[], signal: AbortSignal, options?: DockerOptions): Promise<Answer>;
}

export type DockerOptions = Pick<Call, 'timeoutMs' | 'input'>;

export function changingDocker(engine: Engine): Docker {
  return {
    engine,
    must: (args, signal, options) =>
      mustRun(engine, { program: 'docker', args, signal, ...options }, (stderr) =>
        refused(engine, `docker ${args[0] ?? ''}`, stderr),
      ),
    ask: (args, signal, options) => runCommand(engine, { program: 'docker', args, signal, ...options }),
  };
}

/** What an observer may ask: nothing of it changes anything. `cp` only out of a container, to standard output. */
const READING: ReadonlySet<string> = new Set(['events', 'images', 'info', 'inspect', 'logs', 'ps', 'version']);

export function readingDocker(engine: Engine): Docker {
  const docker = changingDocker(engine);
  return {
    engine,
    must: async (args, signal, options) => {
      assertReading(args);
      return docker.must(args, signal, options);
    },
    ask: async (args, signal, options) => {
      assertReading(args);
      return docker.ask(args, signal, options);
    },
  };
}

export function assertReading(args: readonly string[]): void {
  const [name = ''] = args;
  if (READING.has(name)) return;
  if (name === 'cp' && args.length === 3 && args[2] === '-' && args[1] !== '-') return;
  throw new TrueupError('internal', `an observer must not run: docker ${name}`);
}

/** Where a command runs: in this process, or in a daemon that runs it for another process and hands on what it prints. */
import type { LoadOptions } from '../flow/load.ts';
import type { LookAt } from '../flow/observe.ts';
import { handleInterrupts, type InterruptMode, type Interrupts } from './interrupts.ts';

export interface Host {
  /** What relative folders of the command line are relative to. */
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  interrupts(mode: InterruptMode): Interrupts;
  /** The exit status of the command. */
  end(status: number): void;
  /** How the engines of an environment of the repo at this root are looked at; absent: by connecting to them. */
  lookAt?(root: string, environment: string): LookAt | undefined;
  /** How files of manifests are parsed; absent: each anew. */
  readonly parse?: LoadOptions['parse'];
  /** Called before anything is changed, or anybody is asked; throws where that is not for this host. */
  beforeChange(): void;
}

export const THIS_PROCESS: Host = {
  get directory() {
    return process.cwd();
  },
  get environment() {
    return process.env;
  },
  get stdout() {
    return process.stdout;
  },
  get stderr() {
    return process.stderr;
  },
  interrupts: handleInterrupts,
  end(status) {
    process.exitCode = status;
  },
  beforeChange: () => undefined,
};

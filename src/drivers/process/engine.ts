/** The process engine as its parts see it: a root folder, the operating system's processes, and a POSIX shell. */
import type { EngineDeclaration } from '../../model/desired.ts';
import type { Facts } from '../../model/observed.ts';
import { rootOf } from './layout.ts';
import { linuxProcesses } from './processes-linux.ts';
import { psProcesses } from './processes-ps.ts';
import type { Processes } from './processes.ts';
import { type Shell, SYSTEM_SHELL } from './shim.ts';

export interface Engine {
  readonly name: string;
  readonly root: string;
  readonly processes: Processes;
  readonly shell: Shell;
}

/** The engine that a declaration means, on this machine. Touches nothing. */
export function engineOf(declaration: EngineDeclaration): Engine {
  return {
    name: declaration.name,
    root: rootOf(declaration),
    processes: process.platform === 'linux' ? linuxProcesses() : psProcesses(),
    shell: SYSTEM_SHELL,
  };
}

/** The format of the registry is the version of this engine. */
export const FACTS: Facts = { kind: 'process', version: '1', platform: process.platform };

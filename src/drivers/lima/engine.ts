/** The engine that a declaration means: the folder in which Lima keeps its machines. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { EngineDeclaration } from '../../model/desired.ts';

export interface Engine {
  readonly name: string;
  /** Absolute. */
  readonly home: string;
}

export const SETTINGS: readonly string[] = ['home'];

export function engineOf({ name, settings }: EngineDeclaration): Engine {
  const declared = settings['home'];
  return { name, home: typeof declared === 'string' && declared !== '' ? resolve(untilded(declared)) : defaultHome() };
}

/** As limactl takes it where nobody says. */
function defaultHome(): string {
  const named = process.env['LIMA_HOME'];
  return named !== undefined && named !== '' ? resolve(named) : join(homedir(), '.lima');
}

function untilded(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}

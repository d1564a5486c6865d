/**
 * Which processes of a cluster run. kwokctl believes a pid alone, so that after a reboot it takes any process for its own; here a
 * process counts only where it was started with files of this cluster's folder, as all of them are.
 */
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Component } from '../settings.ts';
import { FILES } from '../engine.ts';
import type { CommandOf } from './processes.ts';
import { listSurely, readSurely } from './surely.ts';

export interface ComponentSight {
  readonly name: string;
  /** `stale`: the pid of another process, or of none, is written down. */
  readonly state: 'running' | 'stopped' | 'stale';
  readonly pid: number | null;
  /** ISO 8601; `null` for what does not run. */
  readonly startedAt: string | null;
}

export async function lookAtComponents(
  folder: string,
  components: readonly Component[],
  commandOf: CommandOf,
): Promise<readonly ComponentSight[]> {
  return Promise.all(
    components.map((component) => sightOf(component.name, pidFile(folder, component), { folder, commandOf })),
  );
}

/** Of a cluster of which nothing is written down any more. */
export async function lookAtUnwritten(folder: string, commandOf: CommandOf): Promise<readonly ComponentSight[]> {
  const names = await listSurely(join(folder, FILES.pids));
  const pids = names.filter((name) => name.endsWith('.pid'));
  return Promise.all(
    pids.map((name) => sightOf(name.replace(/\.pid$/, ''), join(folder, FILES.pids, name), { folder, commandOf })),
  );
}

/** kwokctl names its files by the program without its last ending. */
export function pidFile(folder: string, { binary }: Component): string {
  return join(folder, FILES.pids, `${basename(binary).replace(/\.[^.]*$/, '')}.pid`);
}

interface Looking {
  readonly folder: string;
  readonly commandOf: CommandOf;
}

async function sightOf(name: string, path: string, { folder, commandOf }: Looking): Promise<ComponentSight> {
  const text = (await readSurely(path))?.toString().trim() ?? '';
  if (!/^\d+$/.test(text)) return { name, state: 'stopped', pid: null, startedAt: null };
  const pid = Number(text);
  const words = await commandOf(pid);
  const isIt = words?.some((word) => word.includes(`${folder}/`)) ?? false;
  if (!isIt) return { name, state: 'stale', pid, startedAt: null };
  // It is written down by who starts it.
  const written = await stat(path).catch(() => null);
  return { name, state: 'running', pid, startedAt: written?.mtime.toISOString() ?? null };
}

/**
 * Files of ours in the home of Lima. What has been made carries its mark in its own folder, and loses it together with it; while
 * something is being made, a note in a folder of ours says so, for no folder of Lima may be there before. limactl passes over
 * folders that begin with `_`.
 */
import { join } from 'node:path';
import type { Engine } from './engine.ts';

export interface MachineFiles {
  readonly folder: string;
  /** Lima's own: what the next start reads. */
  readonly template: string;
  /** Lima's own: it is as old as what runs. */
  readonly hostAgentPid: string;
  readonly hostAgentEvents: string;
  readonly hostAgentLog: string;
  /** Lima's own: made anew at each start. */
  readonly seed: string;
  /** What its first disk is made into. */
  readonly disk: string;
  /** Whose it is. A factory reset spares what is called so. */
  readonly mark: string;
  /** The template as trueup wrote it last. */
  readonly applied: string;
  /** The template that what runs was started with, where it was written over since. */
  readonly started: string;
  /** The folder of what is known of its snapshots. */
  readonly snapshots: string;
  /** That it is being made. */
  readonly intent: string;
}

const OURS = '_trueup';

export function machineFiles({ home }: Engine, name: string): MachineFiles {
  const folder = join(home, name);
  return {
    folder,
    template: join(folder, 'lima.yaml'),
    hostAgentPid: join(folder, 'ha.pid'),
    hostAgentEvents: join(folder, 'ha.stdout.log'),
    hostAgentLog: join(folder, 'ha.stderr.log'),
    seed: join(folder, 'cidata.iso'),
    disk: join(folder, 'disk'),
    mark: join(folder, 'trueup.yaml'),
    applied: join(folder, 'trueup-applied.yaml'),
    started: join(folder, 'trueup-started.yaml'),
    snapshots: join(folder, 'trueup-snapshots'),
    intent: join(home, OURS, 'machines', `${name}.json`),
  };
}

export interface DiskFiles {
  readonly folder: string;
  /** Lima's own: what is on it. */
  readonly content: string;
  readonly mark: string;
  readonly intent: string;
}

export function diskFiles({ home }: Engine, name: string): DiskFiles {
  const folder = join(home, '_disks', name);
  return {
    folder,
    content: join(folder, 'datadisk'),
    mark: join(folder, 'trueup.json'),
    intent: join(home, OURS, 'disks', `${name}.json`),
  };
}

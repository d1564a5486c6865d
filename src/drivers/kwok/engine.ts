/** The engine that a declaration means: where kwokctl keeps its clusters, and which kwokctl. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { EngineDeclaration } from '../../model/desired.ts';

export interface Engine {
  readonly name: string;
  /** The folder that kwokctl is told to keep everything in; each cluster has one below it. */
  readonly root: string;
}

export const SETTINGS: readonly string[] = ['root'];

export function engineOf({ name, settings }: EngineDeclaration, environment: NodeJS.ProcessEnv = process.env): Engine {
  const declared = settings['root'];
  if (typeof declared === 'string' && declared !== '')
    return { name, root: resolve(declared.replace(/^~(?=\/|$)/, homedir())) };
  const { XDG_STATE_HOME: configured = '' } = environment;
  // As the XDG rules have it, a relative path is ignored.
  const state = isAbsolute(configured) ? configured : join(homedir(), '.local', 'state');
  return { name, root: join(state, 'trueup', 'kwok') };
}

export function clustersFolder({ root }: Engine): string {
  return join(root, 'clusters');
}

export function clusterFolder(engine: Engine, name: string): string {
  return join(clustersFolder(engine), name);
}

/** Where kwokctl makes what a cluster has lost, out of reach of what it has kept: an engine of its own for one cluster. */
export function workshopOf({ name, root }: Engine, cluster: string): Engine {
  return { name, root: join(root, 'workshop', cluster) };
}

/** What kwokctl has fetched, for all clusters. */
export function cacheFolder({ root }: Engine): string {
  return join(root, 'cache');
}

/** Files of a cluster's folder. All but the mark are kwokctl's. */
export const FILES = {
  /** Whose it is, and what kwokctl has no place for. It is there before anything else is. */
  mark: 'trueup.json',
  /** What kwokctl is told beside its arguments: ours. */
  wishes: 'kwokctl.yaml',
  config: 'kwok.yaml',
  kubeconfig: 'kubeconfig.yaml',
  certificates: 'pki',
  programs: 'bin',
  data: 'etcd',
  pids: 'pids',
  logs: 'logs',
} as const;

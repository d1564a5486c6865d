/** A cluster as trueup sees it, made of what its folder says, what runs of it, and what its API answers. Pure. */
import { type JsonObject, member } from '../../../model/json.ts';
import type { ObservedObject, ObservedRunState, ObservedStatus } from '../../../model/observed.ts';
import { goesAlong } from '../../kubernetes/contents.ts';
import { API_SILENT, UNSEEN } from '../../kubernetes/unseen.ts';
import type { Mark } from '../marks.ts';
import { readSettings, type Settings } from '../settings.ts';
import type { ComponentSight } from './components.ts';
import type { Damage } from './damage.ts';
import type { LiveCluster } from './live.ts';

export interface ClusterSight extends Damage {
  readonly name: string;
  readonly folder: string;
  readonly mark: Mark | null;
  /** `null` where kwokctl did not get to write it down whole. */
  readonly settings: Settings | null;
  readonly components: readonly ComponentSight[];
  /** `null` where its API server does not answer. */
  readonly live: LiveCluster | null;
  /** Whether the contexts that are declared lead to it. */
  readonly kubeconfig: boolean;
}

export function clusterObject(sight: ClusterSight): ObservedObject {
  const { name, folder, mark, live } = sight;
  return {
    type: 'cluster',
    name,
    id: mark?.id ?? folder,
    ownership: mark?.ownership ?? null,
    configured: { ...configOf(sight), run_state: runStateOf(sight) },
    ...(isSilent(sight) ? { unseen: UNSEEN } : {}),
    effective: null,
    // Only `protect` makes data of what is in a cluster, and that is the manifest's word.
    holds_data: false,
    ...goesAlong(live?.contents ?? null, !sight.hasData),
    status: statusOf(sight),
  };
}

/** What does not answer is taken for what was made last: nobody can tell otherwise. */
function configOf({ mark, settings, live, kubeconfig, damage, lost }: ClusterSight): JsonObject {
  const kept = mark?.kept ?? {};
  return {
    ...kept,
    ...(settings === null ? {} : readSettings(settings)),
    ...(live === null ? {} : { addons: live.addons }),
    kubernetes_version: live?.version ?? kept['kubernetes_version'] ?? null,
    nodes: { workers: live?.workers ?? member(kept['nodes'], 'workers') },
    kubeconfig: kubeconfig ? (kept['kubeconfig'] ?? null) : null,
    damage,
    lost,
  };
}

function runStateOf({ components }: ClusterSight): ObservedRunState {
  const running = components.filter(({ state }) => state === 'running').length;
  // Whoever stops it takes the pids away: where they are left, it has ended otherwise.
  if (running === 0) return components.some(({ state }) => state === 'stale') ? 'failed' : 'stopped';
  return running === components.length ? 'running' : 'dead';
}

/** Which of its processes are gone; `null` where all are there, or all were stopped. */
export function goneReason(components: readonly ComponentSight[]): string | null {
  const down = components.filter(({ state }) => state !== 'running');
  if (down.length === 0 || components.every(({ state }) => state === 'stopped')) return null;
  if (down.length === components.length) return 'all of its processes are gone';
  return `gone of its processes: ${down.map(({ name }) => name).join(', ')}`;
}

function isSilent(sight: ClusterSight): boolean {
  return sight.live === null && runStateOf(sight) === 'running';
}

function statusOf(sight: ClusterSight): ObservedStatus {
  const { components, damage, lost } = sight;
  const state = runStateOf(sight);
  const pids = Object.fromEntries(components.flatMap(({ name, pid }) => (pid === null ? [] : [[name, pid]])));
  return {
    run_state: state,
    reason: lost ?? damage ?? goneReason(components) ?? (isSilent(sight) ? API_SILENT : null),
    since: state === 'running' ? sinceOf(components) : null,
    exit_code: null,
    restarts: 0,
    // Its processes are started together; one that is started alone is another start.
    incarnation: state === 'running' ? Object.values(pids).join('.') : null,
    health: 'none',
    details: { folder: sight.folder, ...(state === 'stopped' ? {} : { pids }) },
  };
}

/** When the last of its processes was started. */
function sinceOf(components: ClusterSight['components']): string | null {
  return (
    components
      .flatMap(({ startedAt }) => startedAt ?? [])
      .toSorted()
      .at(-1) ?? null
  );
}

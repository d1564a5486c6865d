/** What a container is doing, from its inspect alone: a pure function, so that a look and a test see the same. */
import type { JsonObject } from '../../../model/json.ts';
import type { Health, ObservedRunState, ObservedStatus } from '../../../model/observed.ts';
import type { ContainerInspect } from '../api/wire.ts';
import type { DockerFacts } from '../facts.ts';
import { runStateOf } from '../fields/run-state.ts';
import { detailsOf } from './details.ts';
import { happened } from './happened.ts';
import { reasonFor } from './reason.ts';

export interface Moment {
  readonly facts: Pick<DockerFacts, 'health_timers'>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function statusOf(container: ContainerInspect, moment: Moment): ObservedStatus {
  const { State: state } = container;
  const runState = runStateOf(container);
  const startedAt = timeOf(state.StartedAt);
  const hasEnded = runState !== 'created' && runState !== 'running' && runState !== 'paused';
  return {
    run_state: runState,
    reason: reasonFor(container, runState),
    since: sinceOf(container, runState),
    exit_code: hasEnded && startedAt !== null ? state.ExitCode : null,
    restarts: container.RestartCount,
    incarnation: startedAt === null ? null : `${container.Id}@${startedAt}`,
    health: healthOf(container, runState, moment),
    details: detailsOf(container),
  };
}

/** What neither runs nor has a health check: volumes, networks and images are simply there. */
export function presence(details: JsonObject): ObservedStatus {
  return {
    run_state: null,
    reason: null,
    since: null,
    exit_code: null,
    restarts: 0,
    incarnation: null,
    health: 'none',
    details,
  };
}

/** The engine does not say since when a container is paused. */
function sinceOf({ Created: created, State: state }: ContainerInspect, runState: ObservedRunState): string | null {
  if (runState === 'created') return timeOf(created);
  if (runState === 'running' || runState === 'paused') return timeOf(state.StartedAt);
  return timeOf(state.FinishedAt) ?? timeOf(state.StartedAt);
}

const DEFAULT_INTERVAL_MS = 30_000;
const DEFAULT_TIMEOUT_MS = 30_000;
const NANOSECONDS_PER_MS = 1e6;

/** The engine's own verdict on what runs; the last one on what has ended says nothing about now. */
function healthOf(container: ContainerInspect, runState: ObservedRunState, { facts, now }: Moment): Health {
  const { Health: health, StartedAt: started } = container.State;
  if (!facts.health_timers || (runState !== 'running' && runState !== 'paused')) return 'none';
  const verdict = health?.Status;
  // A pause ends the engine's checks, which it says as `unhealthy` until the next one after the pause has passed.
  const isSuspended = verdict === 'unhealthy' && (health?.FailingStreak ?? Infinity) < retriesOf(container);
  if (!isSuspended && (verdict === 'healthy' || verdict === 'unhealthy')) return verdict;
  if (!isSuspended && verdict !== 'starting') return 'none';
  const { Interval: interval, Timeout: timeout, StartPeriod: start } = container.Config.Healthcheck ?? {};
  const late =
    milliseconds(interval, DEFAULT_INTERVAL_MS) +
    milliseconds(timeout, DEFAULT_TIMEOUT_MS) +
    milliseconds(start, DEFAULT_INTERVAL_MS);
  // Some engines accept a health check and have nothing that would ever run it.
  const isSilent = (health?.Log ?? []).length === 0 && now - Date.parse(started) > late;
  return isSilent ? 'none' : 'starting';
}

const DEFAULT_RETRIES = 3;

function retriesOf({ Config: { Healthcheck: check } }: ContainerInspect): number {
  return check?.Retries || DEFAULT_RETRIES;
}

/** Zero and absent both mean the engine's default. */
function milliseconds(nanoseconds: number | undefined, fallback: number): number {
  return nanoseconds === undefined || nanoseconds <= 0 ? fallback : nanoseconds / NANOSECONDS_PER_MS;
}

function timeOf(text: string): string | null {
  return happened(text) ? text : null;
}

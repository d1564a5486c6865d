/**
 * Records health while the daemon lives: on a change of status, for each probe of our own, and otherwise every 10 minutes.
 * It hears of changes and probes as they happen, and looks once a minute at what is known, so that what no event told is
 * recorded, too. It asks no engine, holds one entry for each declared service, and keeps nobody waiting.
 */
import { ulid } from 'ulid';
import { healthStatusOf, lookResult, probeResult, probeStatus, type ServiceLook } from '../../flow/health-results.ts';
import { type Address, typeOf } from '../../model/address.ts';
import type { TrueupError } from '../../model/failure.ts';
import type { HealthCheckResult, HealthStatus, ServiceRunState } from '../../model/health.ts';
import type { ServeEvent } from '../../model/serve-event.ts';
import type { StatedState } from '../../report/status.ts';
import type { StateFolder } from '../../state/folder.ts';
import { type HealthHistory, healthHistory } from '../../state/health-history.ts';
import type { Served, ServedEnvironment } from '../served.ts';

export interface HealthRecorderOptions {
  /** Where what is known of an environment lies; `null` where it is served no more. */
  stateOf(environment: ServedEnvironment): StateFolder | null;
  /** Takes known secrets of an environment out of a text. */
  mask(environment: ServedEnvironment, text: string): string;
  /** Told once for an environment, until writing works again. */
  onTrouble(environment: ServedEnvironment, problem: TrueupError): void;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsed?: () => number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Disposing of it writes what is not written yet. */
export interface HealthRecorder extends AsyncDisposable {
  /** Looks at what is known now; it does so by itself every minute. */
  look(): void;
  flush(): Promise<void>;
}

const LOOK_EVERY_MS = 60_000;

/** A little less than 10 minutes, so that the look every minute does not miss it by a moment. */
const STORE_EVERY_MS = 595_000;

interface Stored {
  readonly status: HealthStatus;
  readonly run_state: ServiceRunState;
  /** Whether that was a probe of our own. */
  readonly isProbe: boolean;
  /** By {@link HealthRecorderOptions.elapsed}. */
  readonly at: number;
}

interface Recording {
  readonly environment: ServedEnvironment;
  readonly history: HealthHistory;
  readonly stored: Map<Address, Stored>;
}

export function recordHealth(served: Served, options: HealthRecorderOptions): HealthRecorder {
  const { elapsed = () => performance.now(), now = Date.now } = options;
  const recordings = new Map<string, Recording>();
  const met = new Set<string>();
  const closing = new Set<Promise<void>>();

  function recordingOf(environment: ServedEnvironment): Recording | null {
    const known = recordings.get(environment.id);
    if (known !== undefined) return known;
    const folder = options.stateOf(environment);
    if (folder === null) return null;
    const onTrouble = (problem: TrueupError): void => options.onTrouble(environment, problem);
    const history = healthHistory(folder, environment.name, { onTrouble, now });
    const recording = { environment, history, stored: new Map<Address, Stored>() };
    recordings.set(environment.id, recording);
    return recording;
  }

  function recordingFor(id: string): Recording | null {
    const environment = served.environments().find((one) => one.id === id);
    return environment === undefined ? null : recordingOf(environment);
  }

  function store(recording: Recording, result: HealthCheckResult, isProbe: boolean): void {
    const { status, metadata, service_id: address } = result;
    const before = recording.stored.get(address);
    recording.history.add(result, before?.status !== status || before.run_state !== metadata.run_state);
    recording.stored.set(address, { status, run_state: metadata.run_state, isProbe, at: elapsed() });
  }

  function seen(recording: Recording, look: ServiceLook, state: StatedState): void {
    const before = recording.stored.get(look.address);
    const status = statusOf(look, before, state);
    const isNew = before === undefined || before.status !== status || before.run_state !== look.run_state;
    if (!isNew && elapsed() - before.at < STORE_EVERY_MS) return;
    const reason = look.reason === null ? null : options.mask(recording.environment, look.reason);
    const at = now();
    const made = { id: idAt(at), timestamp: new Date(at).toISOString() };
    store(recording, lookResult({ ...look, reason }, status, made), false);
  }

  /** The first look of all changes nothing that anybody knew, so that no event tells what it found. */
  function meet(id: string): void {
    const recording = met.has(id) ? null : recordingFor(id);
    if (recording === null) return;
    met.add(id);
    seenNow(recording);
  }

  function seenNow(recording: Recording): void {
    const { resources = [], state = 'provisioning' } = recording.environment.status() ?? {};
    for (const { address, run_state, health, reason } of resources) {
      if (typeOf(address) === 'service' && run_state !== null) {
        seen(recording, { address, run_state, health, reason }, state);
      }
    }
  }

  function hear(event: ServeEvent): void {
    if (event.type === 'planned') meet(event.environment);
    if (event.type === 'progress' && event.event.type === 'step_started' && event.event.step.phase === 'start') {
      // What was known is of another start: until its gate has opened, a probe that fails says that it is starting.
      recordings.get(event.environment)?.stored.delete(event.event.step.address);
    }
    if (event.type !== 'resource_changed' && (event.type !== 'progress' || event.event.type !== 'probe')) return;
    const recording = recordings.get(event.environment) ?? recordingFor(event.environment);
    if (recording === null) return;
    if (event.type === 'resource_changed') {
      const { address, run_state, health, reason } = event;
      const state = recording.environment.status()?.state ?? 'provisioning';
      if (typeOf(address) === 'service' && run_state !== null) {
        seen(recording, { address, run_state, health, reason }, state);
      }
    } else if (event.event.type === 'probe' && typeOf(event.event.address) === 'service') {
      const { address, probe, health } = event.event;
      const status = health ?? probeStatus(probe, recording.stored.get(address)?.status ?? null);
      const output = options.mask(recording.environment, probe.output);
      store(recording, probeResult(address, { ...probe, output }, status, idAt(now())), true);
    }
  }

  function look(): void {
    const environments = served.environments();
    for (const environment of environments) {
      const status = environment.status();
      const recording = status === null ? null : recordingOf(environment);
      if (recording === null || status === null) continue;
      seenNow(recording);
      const declared = new Set(status.resources.map(({ address }) => address));
      for (const address of recording.stored.keys()) if (!declared.has(address)) recording.stored.delete(address);
    }
    const ids = new Set(environments.map(({ id }) => id));
    for (const [id, { history }] of recordings) {
      if (ids.has(id)) continue;
      recordings.delete(id);
      met.delete(id);
      const closed = history.flush().finally(() => closing.delete(closed));
      closing.add(closed);
    }
  }

  async function flush(): Promise<void> {
    await Promise.all([...closing, ...[...recordings.values()].map(({ history }) => history.flush())]);
  }

  const subscription = served.subscribe(hear);
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return {
    look,
    flush,
    async [Symbol.asyncDispose](): Promise<void> {
      clearInterval(timer);
      subscription[Symbol.dispose]();
      await flush();
    },
  };
}

/** Nobody needs to be kept from guessing it, and the random source for keys would cost as much as a probe. */
function idAt(milliseconds: number): string {
  return ulid(milliseconds, () => Math.random());
}

/**
 * What the last probe of our own said holds for as long as the service runs where only such probes know, and until the
 * engine has come to its first verdict.
 */
function statusOf(look: ServiceLook, before: Stored | undefined, state: StatedState): HealthStatus {
  const stillRuns = look.run_state === 'running' && before?.run_state === 'running';
  if (stillRuns && look.health === 'unknown') return before.status;
  if (stillRuns && look.health === 'starting' && before.isProbe && before.status === 'healthy') return 'healthy';
  return healthStatusOf(look, state);
}

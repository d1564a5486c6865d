/**
 * The numbers of a daemon, in the manner of other GitOps tools. Labels come from closed sets, or from the environments that
 * are served now: what is served no more is forgotten. What can be read when asked for is not counted before.
 */
import { readdir } from 'node:fs/promises';
import type { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Address } from '../model/address.ts';
import type { ServeEvent } from '../model/serve-event.ts';
import type { Served } from './served.ts';

export interface Metrics extends Disposable {
  readonly contentType: string;
  text(): Promise<string>;
  /** A request was answered. `route` is the pattern, not the path. */
  answered(method: string, route: string, status: number, ms: number): void;
  /** A webhook was taken, or why not. */
  webhook(forge: string, outcome: 'accepted' | 'refused' | 'repeated' | 'ignored'): void;
}

export interface MetricsOptions {
  readonly version: string;
  /** How many follow the events. */
  readonly eventStreams: () => number;
}

const PASS_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const PLAN_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5];
const REQUEST_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];

export async function openMetrics(served: Served, options: MetricsOptions): Promise<Metrics> {
  const { Registry: OwnRegistry, Counter, Gauge, Histogram } = await import('prom-client');
  const registry: Registry = new OwnRegistry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: readonly string[] = []): Gauge =>
    new Gauge({ name, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: readonly string[] = []): Counter =>
    new Counter({ name, help, labelNames, registers });
  const histogram = (name: string, help: string, buckets: number[], labelNames: readonly string[] = []): Histogram =>
    new Histogram({ name, help, buckets, labelNames, registers });

  gauge('trueup_build_info', 'The version of this daemon.', ['version']).set({ version: options.version }, 1);
  const now: NowGauges = {
    environment: gauge('trueup_environment_info', 'Environments, by their state now.', ['environment', 'state']),
    condition: gauge('trueup_environment_condition', 'Conditions of environments: 1 where it holds.', [
      'environment',
      'type',
    ]),
    resources: gauge('trueup_resources', 'Resources of environments, by health.', ['environment', 'health']),
    frozen: gauge('trueup_frozen_resources', 'Resources that are left alone for a while.', ['environment']),
  };
  const drift = gauge('trueup_drift_resources', 'Resources that something other than git has changed.', [
    'environment',
  ]);
  const counts: Counts = {
    triggers: counter('trueup_triggers_total', 'Reasons for a pass, by what triggered it.', ['trigger']),
    passes: counter('trueup_pass_total', 'Passes, by outcome.', ['environment', 'outcome']),
    passSeconds: histogram('trueup_pass_duration_seconds', 'How long passes took.', PASS_SECONDS, ['outcome']),
    planSeconds: histogram('trueup_plan_delay_seconds', 'From the first trigger to the plan.', PLAN_SECONDS),
    steps: counter('trueup_steps_total', 'Steps of runs, by how they ended.', ['status']),
    quarantines: counter('trueup_quarantines_total', 'Revisions that could not be carried out.', ['environment']),
    losses: counter('trueup_lost_total', 'Sources and engines that could not be reached any more.', ['what']),
    drift,
    drifted: new Map(),
  };
  const requests = counter('trueup_api_requests_total', 'Requests to the API.', ['method', 'route', 'status']);
  const seconds = histogram('trueup_api_request_duration_seconds', 'How long answers took.', REQUEST_SECONDS, [
    'route',
  ]);
  const webhooks = counter('trueup_webhooks_total', 'Webhooks, by what became of them.', ['forge', 'outcome']);
  const streams = gauge('trueup_event_streams', 'Who follows the events.');
  const own = ownGauges(gauge);
  const subscription = served.subscribe((event) => count(event, counts));
  const known = new Set<string>();

  return {
    contentType: registry.contentType,
    async text() {
      forget(served, known, counts);
      describe(served, now);
      streams.set(options.eventStreams());
      await own();
      return registry.metrics();
    },
    answered(method, route, status, ms) {
      requests.inc({ method, route, status: String(status) });
      seconds.observe({ route }, ms / 1000);
    },
    webhook: (forge, outcome) => webhooks.inc({ forge, outcome }),
    [Symbol.dispose]() {
      subscription[Symbol.dispose]();
      registry.clear();
    },
  };
}

interface NowGauges {
  readonly environment: Gauge;
  readonly condition: Gauge;
  readonly resources: Gauge;
  readonly frozen: Gauge;
}

interface Counts {
  readonly triggers: Counter;
  readonly passes: Counter;
  readonly passSeconds: Histogram;
  readonly planSeconds: Histogram;
  readonly steps: Counter;
  readonly quarantines: Counter;
  readonly losses: Counter;
  readonly drift: Gauge;
  /** What has drifted, by environment. */
  readonly drifted: Map<string, Set<Address>>;
}

function count(event: ServeEvent, counts: Counts): void {
  const { environment } = event;
  if (event.type === 'triggered') counts.triggers.inc({ trigger: event.kind });
  if (event.type === 'quarantined') counts.quarantines.inc({ environment });
  if (event.type === 'source_lost') counts.losses.inc({ what: 'source' });
  if (event.type === 'engine_lost') counts.losses.inc({ what: 'engine' });
  if (event.type === 'planned' || event.type === 'drift_found' || event.type === 'drift_over')
    countDrift(event, counts);
  if (event.type === 'planned') {
    counts.planSeconds.observe(event.after_ms / 1000);
  }
  if (event.type !== 'pass_ended') return;
  counts.passes.inc({ environment, outcome: event.outcome });
  counts.passSeconds.observe({ outcome: event.outcome }, event.duration_ms / 1000);
  for (const { status } of event.run?.steps ?? []) counts.steps.inc({ status });
}

type DriftEvent = Extract<ServeEvent, { readonly type: 'planned' | 'drift_found' | 'drift_over' }>;

/** A plan says all of it, and looks between passes what came and went. */
function countDrift(event: DriftEvent, { drift, drifted }: Counts): void {
  const { environment } = event;
  const known = event.type === 'planned' ? new Set(event.drift) : (drifted.get(environment) ?? new Set());
  if (event.type === 'drift_found') for (const address of event.addresses) known.add(address);
  if (event.type === 'drift_over') for (const address of event.addresses) known.delete(address);
  drifted.set(environment, known);
  drift.set({ environment }, known.size);
}

/** What is true now, read anew each time: nothing is left of what was. */
function describe(served: Served, now: NowGauges): void {
  for (const each of Object.values(now) as Gauge[]) each.reset();
  for (const environment of served.environments()) {
    const { id } = environment;
    const status = environment.status();
    now.frozen.set({ environment: id }, environment.freezes().length);
    now.environment.set({ environment: id, state: status?.state ?? 'unknown' }, 1);
    for (const condition of status?.conditions ?? []) {
      now.condition.set({ environment: id, type: condition.type }, condition.status === 'True' ? 1 : 0);
    }
    for (const { health } of status?.resources ?? []) now.resources.inc({ environment: id, health });
  }
}

const OUTCOMES = ['in_sync', 'reported', 'applied', 'failed', 'held', 'cancelled', 'invalid', 'blocked'];

/** Environments that are served no more. */
function forget(served: Served, known: Set<string>, counts: Counts): void {
  const ids = new Set(served.environments().map(({ id }) => id));
  for (const environment of known) {
    if (ids.has(environment)) continue;
    known.delete(environment);
    for (const outcome of OUTCOMES) counts.passes.remove({ environment, outcome });
    counts.quarantines.remove({ environment });
    counts.drift.remove({ environment });
    counts.drifted.delete(environment);
  }
  for (const id of ids) known.add(id);
}

/** Of the process, under the names that everybody uses. Node's own collectors would keep an idle daemon awake. */
function ownGauges(gauge: (name: string, help: string) => Gauge): () => Promise<void> {
  const memory = gauge('process_resident_memory_bytes', 'Memory of the process.');
  const heap = gauge('nodejs_heap_size_used_bytes', 'Memory of objects.');
  const cpu = gauge('process_cpu_seconds_total', 'Processor time of the process.');
  const started = gauge('process_start_time_seconds', 'When the process began.');
  const files = gauge('process_open_fds', 'Open files of the process.');
  return async () => {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    memory.set(rss);
    heap.set(heapUsed);
    cpu.set((user + system) / 1e6);
    started.set(Math.round(Date.now() / 1000 - process.uptime()));
    const open = await readdir(process.platform === 'linux' ? '/proc/self/fd' : '/dev/fd').catch(() => null);
    if (open !== null) files.set(open.length);
  };
}

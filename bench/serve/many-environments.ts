/**
 * Many environments in one daemon, over the simulated engine: how long a commit that touches all of them takes until each is
 * reconciled, how soon a trigger that comes meanwhile begins, and what of memory is left behind by one commit after another.
 * `npm run bench:serve:many -- [ENVIRONMENTS [SERVICES [COMMITS]]]`; the engine's share is within the figures, as it lives in
 * the same process.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { DriverRegistry } from '../../src/drivers/driver.ts';
import { systemClock } from '../../src/serve/clock.ts';
import { Daemon } from '../../src/serve/daemon.ts';
import { LocalSource } from '../../src/serve/sources/local-source.ts';
import { masker } from '../../src/state/mask.ts';
import { simulatedDriver } from '../../test/support/simulated/driver.ts';
import { SimulatedEngine } from '../../test/support/simulated/engine.ts';
import { type Figure, median, mib, ms, printTable, quantile } from './figures.ts';
import { scratchRepo } from './scratch-repo.ts';

const [count = 1000, services = 1, commits = 3] = process.argv.slice(2).map(Number);
const PROBE_EVERY_MS = 500;
const LONGEST_MS = 600_000;
const WALL_S = 30;
const TRIGGER_MS = 1000;
const GROWTH_BYTES = 10 * 2 ** 20;

interface Round {
  readonly wall_s: number;
  readonly cpu_s: number;
  /** From the trigger to the beginning of its pass, of environments whose turn had not come. */
  readonly triggers_ms: readonly number[];
  readonly loop_delay_p99_ms: number;
  readonly heap: number;
  readonly rss: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

using repo = scratchRepo();
Object.assign(process.env, repo.env);
const engine = new SimulatedEngine({ clock: 'real' });
const driver = simulatedDriver(engine);
const drivers: DriverRegistry = {
  names: ['process'],
  load: (name) => Promise.resolve(name === 'process' ? driver : null),
};

const started = new Map<string, number>();
const reconciled = new Set<string>();
const outcomes = new Map<string, number>();
const problems: string[] = [];
let ended = 0;

repo.write(manifests('first'));
repo.stage();
repo.commit();
const first = performance.now();
await using daemon = await startDaemon();
await until(() => ended >= count, 'the first passes');
console.error(`started: ${count} environments of ${services} in ${seconds(performance.now() - first)}`);

const rounds: Round[] = [];
for (let index = 1; index <= commits; index += 1) {
  const round = await commitThatTouchesAll(`round-${index}`);
  rounds.push(round);
  console.error(JSON.stringify({ ...round, triggers_ms: summary(round.triggers_ms) }));
}
for (const problem of new Set(problems.slice(0, 5))) console.error(problem);
printTable(figuresOf(rounds));

function figuresOf(all: readonly Round[]): readonly Figure[] {
  const walls = all.map(({ wall_s: wall }) => wall);
  const cpu = median(all.map(({ cpu_s: seconds }) => seconds));
  const triggers = all.flatMap(({ triggers_ms: times }) => times);
  const [first, last] = [all[0], all.at(-1)];
  const grown = (last?.heap ?? 0) - (first?.heap ?? 0);
  return [
    {
      what: `${count} simulated environments of ${services}: a commit that touches all is carried out`,
      measured: `${median(walls)} s, most ${Math.max(...walls)} s (${all.length} times); ${cpu} s CPU, engine within`,
      target: `≤ ${WALL_S} s`,
      isMet: median(walls) <= WALL_S,
    },
    {
      what: 'a trigger that comes meanwhile begins',
      measured: summary(triggers),
      target: `≤ ${ms(TRIGGER_MS)}`,
      isMet: quantile(triggers, 0.95) <= TRIGGER_MS,
    },
    {
      what: `memory after ${all.length} such commits`,
      measured: `heap ${mib(first?.heap ?? 0)} → ${mib(last?.heap ?? 0)}, resident ${mib(last?.rss ?? 0)}`,
      target: globalThis.gc === undefined ? '' : `≤ ${mib(GROWTH_BYTES)} more heap`,
      isMet: globalThis.gc === undefined ? null : grown <= GROWTH_BYTES,
    },
  ];
}

async function startDaemon(): Promise<Daemon> {
  const clock = systemClock();
  const known = masker();
  const source = await LocalSource.open(
    {
      name: () => 'repo',
      directory: repo.root,
      drivers,
      environment: repo.env,
      inputs: { variables: {}, profiles: [] },
      clock,
      changing: true,
      masker: known,
    },
    new AbortController().signal,
  );
  const made = new Daemon({
    sources: [source],
    clock,
    limit: 8,
    mask: (text) => known.mask(text),
    settings: {
      command: 'trueup serve',
      version: '0.0.0',
      isDryRun: false,
      lockTimeoutMs: 10_000,
      fullEveryMs: 300_000,
    },
    onProblem: (environment, { message }) => problems.push(`${environment}: ${message}`),
    onWait: (environment, words) => problems.push(`${environment}: ${words}`),
  });
  made.subscribe((event) => {
    if (event.type === 'pass_started' && !started.has(event.environment)) {
      started.set(event.environment, performance.now());
    }
    if (event.type !== 'pass_ended') return;
    ended += 1;
    outcomes.set(event.outcome, (outcomes.get(event.outcome) ?? 0) + 1);
    if (event.outcome === 'applied') reconciled.add(event.environment);
  });
  await made.start();
  return made;
}

async function commitThatTouchesAll(word: string): Promise<Round> {
  started.clear();
  reconciled.clear();
  outcomes.clear();
  repo.write(manifests(word));
  repo.stage();
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const cpu = process.cpuUsage();
  repo.commit();
  const since = performance.now();
  const done = new AbortController();
  const probing = triggerMeanwhile(done.signal);
  await until(() => reconciled.size === count, word);
  const wall = performance.now() - since;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  done.abort();
  const triggers = await probing;
  globalThis.gc?.();
  const { heapUsed: heap, rss } = process.memoryUsage();
  return {
    wall_s: Number((wall / 1000).toFixed(2)),
    cpu_s: Number(((user + system) / 1e6).toFixed(2)),
    triggers_ms: triggers,
    loop_delay_p99_ms: Math.round(delay.percentile(99) / 1e6),
    heap,
    rss,
    outcomes: Object.fromEntries(outcomes),
  };
}

/** A person's word, now and then, for an environment whose turn is far off. */
async function triggerMeanwhile(signal: AbortSignal): Promise<readonly number[]> {
  const times: number[] = [];
  await sleep(PROBE_EVERY_MS);
  while (!signal.aborted) {
    const environment = daemon.environments().findLast(({ id }) => !started.has(id));
    if (environment === undefined) break;
    const asked = performance.now();
    environment.trigger({ kind: 'request', reason: 'a person asks', addresses: null, isWord: true });
    await until(() => started.has(environment.id), environment.id);
    times.push((started.get(environment.id) ?? Number.NaN) - asked);
    await sleep(PROBE_EVERY_MS, null, { signal }).catch(() => null);
  }
  return times;
}

async function until(isTrue: () => boolean, what: string): Promise<void> {
  const since = performance.now();
  while (!isTrue()) {
    if (performance.now() - since > LONGEST_MS)
      throw new Error(`${what} did not end; ${problems.slice(0, 5).join('; ')}`);
    await sleep(2);
  }
}

function manifests(word: string): Readonly<Record<string, string>> {
  const entries = Array.from({ length: count }, (_, index) => {
    const lines = Array.from(
      { length: services },
      (_unused, at) => `  s${at}: { process: { command: [app, "${word}-${index}"] } }`,
    );
    const text = `project: p${index}\npolicies: { drift: heal }\nservices:\n${lines.join('\n')}\n`;
    return [`environments/e${String(index).padStart(4, '0')}/main.yaml`, text] as const;
  });
  return Object.fromEntries(entries);
}

function summary(values: readonly number[]): string {
  return `median ${ms(median(values))}, p95 ${ms(quantile(values, 0.95))}, most ${ms(Math.max(...values))} of ${values.length}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s, ${mib(process.memoryUsage().rss)}`;
}

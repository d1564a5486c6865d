/**
 * A daemon in this process: a real git repo at the commits of its branch, over a simulated engine that stands in for another
 * one, by default for that of processes. Use it with `await using`; what it told stands in `events`.
 */
import type { DriverRegistry } from '../../src/drivers/driver.ts';
import type { ServeEvent } from '../../src/model/serve-event.ts';
import { type Clock, systemClock } from '../../src/serve/clock.ts';
import { Daemon, type DaemonOptions } from '../../src/serve/daemon.ts';
import type { EnvironmentLoop } from '../../src/serve/loop/environment-loop.ts';
import { LocalSource } from '../../src/serve/sources/local-source.ts';
import type { LoopSettings } from '../../src/serve/loop/loop-context.ts';
import { masker } from '../../src/state/mask.ts';
import { vi } from 'vitest';
import { git, repoWith, scratchFolder, write } from '../unit/git/scratch-repo.ts';
import { eventually } from './eventually.ts';
import { simulatedDriver } from './simulated/driver.ts';
import { SimulatedEngine } from './simulated/engine.ts';

export interface ServedRepo extends AsyncDisposable {
  readonly folder: string;
  readonly engine: SimulatedEngine;
  readonly events: readonly ServeEvent[];
  /** Troubles that kept nothing from going on, as text. */
  readonly problems: readonly string[];
  readonly daemon: Daemon;
  environment(name?: string): EnvironmentLoop;
  /** Writes, commits and resolves with the full hash. */
  commit(files: Readonly<Record<string, string>>): string;
  git(...args: readonly string[]): string;
  /** The events of one type, so far. */
  told<Type extends ServeEvent['type']>(type: Type): readonly Extract<ServeEvent, { type: Type }>[];
  /** Resolves once a pass ended so, after what was told until `from`. */
  passed(outcome: string, from?: number): Promise<Extract<ServeEvent, { type: 'pass_ended' }>>;
  /** Ends the daemon and begins another one over the same repo and engine. */
  restart(): Promise<void>;
}

export interface ServedRepoOptions {
  readonly engine?: SimulatedEngine;
  /** For which the simulated engine stands in; absent for that of processes. */
  readonly driver?: string;
  readonly clock?: Clock;
  readonly settings?: Partial<LoopSettings>;
  readonly limit?: number;
  readonly pollMs?: number;
  /** Whether to wait for the first passes. */
  readonly settles?: boolean;
}

export async function servedRepo(
  files: Readonly<Record<string, string>>,
  options: ServedRepoOptions = {},
): Promise<ServedRepo> {
  const folder = repoWith(files);
  vi.stubEnv('XDG_STATE_HOME', scratchFolder());
  vi.stubEnv('XDG_RUNTIME_DIR', scratchFolder());
  const engine = options.engine ?? new SimulatedEngine({ clock: 'real' });
  const events: ServeEvent[] = [];
  const problems: string[] = [];
  const clock = options.clock ?? systemClock();
  const known = masker();
  let daemon = await started();

  async function started(): Promise<Daemon> {
    const source = await LocalSource.open(
      {
        name: () => 'repo',
        directory: folder,
        drivers: simulatedUnder(options.driver ?? 'process', engine),
        environment: { HOME: folder, PATH: process.env['PATH'] },
        inputs: { variables: {}, profiles: [] },
        clock,
        changing: true,
        masker: known,
        ...(options.pollMs === undefined ? {} : { pollMs: options.pollMs }),
      },
      new AbortController().signal,
    );
    const daemonOptions: DaemonOptions = {
      sources: [source],
      clock,
      limit: options.limit ?? 8,
      mask: (text) => known.mask(text),
      settings: {
        command: 'trueup serve',
        version: '0.0.0',
        isDryRun: false,
        lockTimeoutMs: 10_000,
        fullEveryMs: 300_000,
        ...options.settings,
      },
      onProblem: (environment, problem) => problems.push(`${environment}: ${problem.message}`),
      onWait: (environment, words) => problems.push(`${environment}: ${words}`),
    };
    const made = new Daemon(daemonOptions);
    made.subscribe((event) => events.push(event));
    await made.start();
    return made;
  }

  const repo: ServedRepo = {
    folder,
    engine,
    events,
    problems,
    get daemon() {
      return daemon;
    },
    environment(name = 'local') {
      const found = daemon.environments().find((loop) => loop.name === name);
      if (found === undefined) throw new Error(`no environment ${name} is served`);
      return found;
    },
    commit(written) {
      write(folder, written);
      git(folder, 'add', '--all');
      git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'more');
      return git(folder, 'rev-parse', 'HEAD');
    },
    git: (...args) => git(folder, ...args),
    told: (type) => events.filter((event) => event.type === type) as never,
    passed: (outcome, from = 0) =>
      eventually(
        () => {
          const found = events
            .slice(from)
            .find(
              (event): event is Extract<ServeEvent, { type: 'pass_ended' }> =>
                event.type === 'pass_ended' && event.outcome === outcome,
            );
          return found ?? null;
        },
        () => `a pass that ends ${outcome}; told: ${events.map(briefly).join(' | ')}; ${problems.join(' | ')}`,
      ),
    async restart() {
      await daemon[Symbol.asyncDispose]();
      daemon = await started();
    },
    async [Symbol.asyncDispose]() {
      await daemon[Symbol.asyncDispose]();
    },
  };
  if (options.settles !== false) {
    await eventually(
      () => daemon.environments().every(({ id }) => events.some((event) => isEnd(event) && event.environment === id)),
      () => `the first passes; told: ${events.map(briefly).join(' | ')}; ${problems.join(' | ')}`,
    );
  }
  return repo;
}

function isEnd({ type }: ServeEvent): boolean {
  return type === 'pass_ended';
}

function briefly(event: ServeEvent): string {
  if (event.type === 'progress') return event.event.type;
  if (event.type === 'pass_ended') return `${event.outcome} ${event.failure?.message ?? ''}`;
  return event.type === 'triggered' ? `${event.kind}: ${event.reason}` : event.type;
}

/** Simulated engines under the name of the driver that the manifests mean. */
function simulatedUnder(meant: string, engine: SimulatedEngine): DriverRegistry {
  const driver = simulatedDriver(engine);
  return { names: [meant], load: (name) => Promise.resolve(name === meant ? driver : null) };
}

/** A manifest of process services by key, each with the words of its command. */
export function manifest(services: Readonly<Record<string, string>>, policies: string = 'drift: heal'): string {
  const lines = Object.entries(services).map(
    ([key, words]) => `  ${key}: { process: { command: [app, ${words.split(' ').join(', ')}] } }`,
  );
  return `policies: { ${policies} }\nservices:\n${lines.join('\n')}\n`;
}

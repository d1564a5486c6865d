/** A daemon that only exists in memory: environments that say what they are told to, and remember what was asked. */
import { TrueupError } from '../../src/model/failure.ts';
import type { ServeEvent } from '../../src/model/serve-event.ts';
import type { Freeze, Trigger } from '../../src/model/served.ts';
import type { LogLine } from '../../src/drivers/log-line.ts';
import type { EnvironmentStatus } from '../../src/report/status.ts';
import type { Pass, Served, ServedEnvironment } from '../../src/serve/served.ts';
import { COMMIT, plan, run } from './builders.ts';

export interface MemoryEnvironment extends ServedEnvironment {
  isSourceLost: boolean;
  readonly asked: readonly Trigger[];
  current: EnvironmentStatus | null;
  /** What `reconcile` waits for. */
  pass: Promise<Pass>;
  lines: readonly string[];
}

export interface MemoryServed extends Served {
  readonly all: MemoryEnvironment[];
  readonly listeners: number;
  tell(event: ServeEvent): void;
}

export function memoryServed(ids: readonly string[] = ['shop/local']): MemoryServed {
  const listeners = new Set<(event: ServeEvent) => void>();
  const all = ids.map(memoryEnvironment);
  return {
    startedAt: '2026-01-31T10:00:00.000Z',
    all,
    get listeners() {
      return listeners.size;
    },
    environments: () => all,
    subscribe(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    tell(event) {
      for (const listener of listeners) listener(event);
    },
  };
}

function memoryStatus(overrides: Partial<EnvironmentStatus> = {}): EnvironmentStatus {
  const revision = { commit: COMMIT, dirty: false };
  return {
    name: 'local',
    state: 'healthy',
    conditions: [{ type: 'Ready', status: 'True', reason: 'Synced', message: 'equal', since: null }],
    last_applied: revision,
    last_attempted: revision,
    last_healthy: revision,
    quarantine: null,
    resources: [],
    ...overrides,
  };
}

function memoryPass(overrides: Partial<Pass> = {}): Pass {
  return { outcome: 'applied', reasons: ['asked'], plan: plan(), run: run(), duration_ms: 12.5, ...overrides };
}

function memoryEnvironment(id: string): MemoryEnvironment {
  const [source = '', name = ''] = id.split('/');
  const frozen = new Map<string, Freeze>();
  const asked: Trigger[] = [];
  let isPaused = false;
  const environment: MemoryEnvironment = {
    id,
    name,
    source: `/repos/${source}`,
    root: `/repos/${source}`,
    asked,
    isSourceLost: false,
    current: memoryStatus({ name }),
    pass: Promise.resolve(memoryPass()),
    lines: ['one', 'two'],
    status: () => environment.current,
    plan: async () => plan(),
    async reconcile(trigger, signal) {
      asked.push(trigger);
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      return Promise.race([environment.pass, promise]);
    },
    async freeze(freeze) {
      if (freeze.address === 'service.nobody') throw new TrueupError('address_not_found', 'no such resource');
      frozen.set(freeze.address, freeze);
    },
    endFreeze: async (address) => frozen.delete(address),
    freezes: () => [...frozen.values()],
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
    },
    get isPaused() {
      return isPaused;
    },
    async *logs(_address, options, signal): AsyncIterable<LogLine> {
      for (const line of environment.lines) yield { stream: 'stdout', at: null, line };
      if (options.follow !== true) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
    },
  };
  return environment;
}

/** A process engine in a temporary root, and an end for everything that was started in it, whatever the test did. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Actuator, Observer } from '../../../src/drivers/driver.ts';
import type { StepContext } from '../../../src/drivers/step-context.ts';
import type { Scope } from '../../../src/drivers/scope.ts';
import { processActuator } from '../../../src/drivers/process/actuator.ts';
import { type Engine, engineOf } from '../../../src/drivers/process/engine.ts';
import { processObserver } from '../../../src/drivers/process/observer.ts';
import type { Shell } from '../../../src/drivers/process/shim.ts';
import type { Address } from '../../../src/model/address.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { ObservedObject } from '../../../src/model/observed.ts';
import type { Vault } from '../../../src/model/secret.ts';

export const NO_SIGNAL: AbortSignal = new AbortController().signal;

export const SECRETS: Readonly<Record<string, string>> = { abc: 'hunter2-very-secret' };

const VAULT: Vault = {
  reveal: (secret) => SECRETS[secret.$secret] ?? '',
  mask: (text) => text,
};

const OWNERSHIP = { owner: 'owner-1', project: 'shop', environment: 'local', checkout: '/repo', revision: null };

export const SCOPE: Scope = { owners: ['owner-1'], project: 'shop', environment: 'local', names: {} };

/** The parts of a configuration that a test cares about; everything else is as the loader would fill it in. */
export interface ServiceParts {
  readonly command?: readonly (string | JsonObject)[];
  readonly cwd?: string;
  readonly restart?: string;
  readonly stopSignal?: string;
  readonly grace?: string;
  readonly variables?: JsonObject;
  readonly ports?: JsonObject;
  readonly volumes?: JsonObject;
  readonly labels?: JsonObject;
  readonly runState?: string;
}

export function serviceConfig(parts: ServiceParts = {}): JsonObject {
  return {
    type: 'application',
    role: null,
    process: {
      command: parts.command ?? ['sleep', '600'],
      cwd: parts.cwd ?? tmpdir(),
      restart: parts.restart ?? 'no',
      stop_signal: parts.stopSignal ?? 'SIGTERM',
      stop_grace_period: parts.grace ?? '60s',
    },
    container: null,
    environment_variables: parts.variables ?? {},
    networking: { hostname: null, ports: parts.ports ?? {}, networks: {} },
    storage: { volumes: parts.volumes ?? {}, tmpfs: {} },
    health_check: null,
    dependencies: {},
    resource_limits: { cpu_limit: null, memory_limit: null, cpu_reservation: null, memory_reservation: null },
    labels: parts.labels ?? {},
    run_state: parts.runState ?? 'running',
  };
}

/** A shell script as the command of a service. */
export function script(text: string): readonly string[] {
  return ['sh', '-c', text];
}

export class TestEngine {
  readonly root: string;
  readonly engine: Engine;
  readonly actuator: Actuator;
  readonly observer: Observer;
  /** Files of the test itself: beside the registry, and gone with it. */
  readonly scratch: string;

  constructor(shell?: Shell) {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'trueup-process-')));
    this.root = join(folder, 'root');
    this.scratch = folder;
    const engine = engineOf({ name: 'process', driver: 'process', settings: { root: this.root } });
    this.engine = shell === undefined ? engine : { ...engine, shell };
    this.actuator = processActuator(this.engine);
    this.observer = processObserver(this.engine);
  }

  run(
    verb: string,
    args: JsonObject,
    address: Address = 'service.web',
    signal: AbortSignal = NO_SIGNAL,
  ): Promise<JsonObject> {
    const step = {
      id: `${address}:${verb}`,
      address,
      changed: address,
      engine: 'process',
      name: typeof args['name'] === 'string' ? args['name'] : '',
      phase: 'alter',
      verb,
      args,
      cause: 'test',
    } as const;
    return this.actuator.run({ ...step, depends_on: [] }, this.context(signal));
  }

  context(signal: AbortSignal = NO_SIGNAL): StepContext {
    return {
      signal,
      vault: VAULT,
      owners: [OWNERSHIP.owner],
      run: '01test',
      ownership: OWNERSHIP,
      progress: () => undefined,
    };
  }

  /** Creates and starts a service. */
  async up(parts: ServiceParts = {}, name = 'shop-web-1', volumes: JsonObject = {}): Promise<ObservedObject> {
    await this.run('create', { name, config: serviceConfig(parts), volumes }, addressFor(name));
    await this.run('start', { name }, addressFor(name));
    return this.look(name);
  }

  stop(name = 'shop-web-1'): Promise<JsonObject> {
    return this.run('stop', { name }, addressFor(name));
  }

  remove(name = 'shop-web-1'): Promise<JsonObject> {
    return this.run('remove', { name }, addressFor(name));
  }

  async objects(scope: Scope = SCOPE): Promise<readonly ObservedObject[]> {
    const observation = await this.observer.observe(scope, NO_SIGNAL);
    if (observation.status !== 'known') throw new Error(`the engine is ${observation.status}`);
    return observation.objects;
  }

  async look(name = 'shop-web-1', type: 'service' | 'volume' = 'service'): Promise<ObservedObject> {
    const found = (await this.objects()).find((object) => object.name === name && object.type === type);
    if (found === undefined) throw new Error(`${name} is not there`);
    return found;
  }

  async state(name = 'shop-web-1'): Promise<string | null> {
    return (await this.look(name)).status.run_state;
  }

  /** Waits until the service is in this state. */
  async reach(state: string, name = 'shop-web-1'): Promise<ObservedObject> {
    return eventually(async () => {
      const object = await this.look(name);
      return object.status.run_state === state ? object : null;
    }, `${name} to be ${state}`);
  }

  folder(name = 'shop-web-1'): string {
    return join(this.root, 'services', name);
  }

  log(name = 'shop-web-1'): string {
    try {
      return readFileSync(join(this.folder(name), 'log'), 'utf8');
    } catch {
      return '';
    }
  }

  /** Everything alive that was ever started in this root, found without the code under test. */
  leftovers(): readonly number[] {
    const digest = createHash('sha256').update(this.root).digest('hex').slice(0, 12);
    return processesWith((environment) => new RegExp(`(^|\0)TRUEUP_INSTANCE=[^\0]*:${digest}\0`).test(environment));
  }

  async end(): Promise<void> {
    const areGone = (): boolean => {
      const left = this.leftovers();
      for (const pid of left) kill(pid);
      return left.length === 0;
    };
    await eventually(areGone, 'all of the engine to end');
    rmSync(this.scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 10 });
  }
}

/** Living processes by what their environment holds. */
export function processesWith(matches: (environment: string) => boolean): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => matches(readProc(pid, 'environ')) && isAlive(pid));
}

/** Whether a process runs: one that only waits to be reaped does not. */
export function isAlive(pid: number): boolean {
  const stat = readProc(pid, 'stat');
  return stat !== '' && stat.charAt(stat.lastIndexOf(')') + 2) !== 'Z';
}

export function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

/** So that none of them does anything when another ends. */
export async function killTogether(pids: readonly number[]): Promise<void> {
  for (const pid of pids) kill(pid, 'SIGSTOP');
  await eventually(() => pids.every((pid) => !isAlive(pid) || isStopped(pid)), 'them to stand still');
  for (const pid of pids) kill(pid);
}

function isStopped(pid: number): boolean {
  const stat = readProc(pid, 'stat');
  return stat.charAt(stat.lastIndexOf(')') + 2) === 'T';
}

export function pidOf(object: ObservedObject): number {
  const pid = object.status.details['pid'];
  if (typeof pid !== 'number') throw new Error(`${object.name} has no process`);
  return pid;
}

/** Asks again until there is an answer; fails after the deadline. */
export async function eventually<T>(
  ask: () => T | null | false | Promise<T | null | false>,
  what: string,
  deadlineMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(10);
  }
}

function addressFor(name: string): Address {
  return `service.${name.replace(/^shop-/, '').replace(/-1$/, '')}`;
}

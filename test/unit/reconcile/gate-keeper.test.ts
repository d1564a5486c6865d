import { describe, expect, it } from 'vitest';
import type { Actuator, Observer } from '../../../src/drivers/driver.ts';
import type { ExecResult } from '../../../src/drivers/reach.ts';
import type { EngineEvent } from '../../../src/drivers/engine-event.ts';
import type { Scope } from '../../../src/drivers/scope.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { ObservedObject, ObservedStatus } from '../../../src/model/observed.ts';
import type { Vault } from '../../../src/model/secret.ts';
import { GateKeeper } from '../../../src/reconcile/gates/gate-keeper.ts';
import { environment, step } from '../../support/builders.ts';
import { HEALTHY, observed, service } from '../../support/planning.ts';

const FACTS = { kind: 'process', version: '1' };
const SCOPE: Scope = { owners: [], project: 'shop', environment: 'local', names: {} };
const VAULT: Vault = { reveal: () => '', mask: (text) => text };
const NEVER = new AbortController().signal;

const web = service('web', { config: { health_check: HEALTHY } });
const gateOf = (condition: string): ReturnType<typeof step> =>
  step(web.address, condition, { phase: 'gate', args: { condition } });

class Engine {
  status: Partial<ObservedStatus> = {};
  execs = 0;
  /** How a test in a container goes. */
  exec: (signal: AbortSignal) => Promise<ExecResult> = () => Promise.resolve({ exit_code: 0, output: '' });
  /** Tells whoever listens. */
  readonly #events = Promise.withResolvers<EngineEvent>();

  happens(action: string): void {
    this.#events.resolve({ type: 'changed', object: { type: 'service', name: web.name }, action });
  }

  seen(resource: DesiredResource): ObservedObject {
    const object = observed(resource);
    return { ...object, status: { ...object.status, ...this.status } };
  }

  keeper(resource: DesiredResource): GateKeeper {
    const { promise: event } = this.#events;
    const observer: Observer = {
      observe: () =>
        Promise.resolve({ status: 'known', engine: 'process', facts: FACTS, objects: [this.seen(resource)] }),
      async *events(_scope, signal) {
        yield await event;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
      async *logs() {},
      close: () => Promise.resolve(),
    };
    const actuator: Actuator = {
      run: () => Promise.resolve({}),
      exec: (_object, _config, _command, { signal }) => {
        this.execs += 1;
        return this.exec(signal);
      },
      connect: () => Promise.reject(new Error('nobody listens')),
      close: () => Promise.resolve(),
    };
    const connection = { observer, scope: SCOPE, actuator: () => Promise.resolve(actuator) };
    const connections = new Map([['process', connection]]);
    return new GateKeeper({ environment: environment([resource]), connections, vault: VAULT, emit: () => {} });
  }
}

/** Ends with the signal alone. */
function never(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

describe('the keeper of gates', () => {
  it('runs one test at a time, whoever waits for its answer', async () => {
    const engine = new Engine();
    const keeper = engine.keeper(web);

    const opened = await Promise.all([1, 2, 3].map(() => keeper.open(gateOf('service_healthy'), NEVER)));

    expect(opened.map(({ probes }) => probes.length)).toEqual([1, 1, 1]);
    expect(engine.execs).toBe(1);
  });

  it('leaves the testing to the engine after a test that hung, and goes on as soon as the engine tells of its verdict', async () => {
    const hurried = service('web', { config: { health_check: { ...HEALTHY, interval: '1h', timeout: '10ms' } } });
    const engine = new Engine();
    engine.status = { health: 'starting' };
    engine.exec = never;
    const keeper = engine.keeper(hurried);

    const opening = keeper.open(gateOf('service_healthy'), NEVER);
    await expect.poll(() => engine.execs, { timeout: 60_000 }).toBe(1);
    engine.status = { health: 'healthy' };
    engine.happens('health_status: healthy');

    await opening;
    expect(engine.execs).toBe(1);
    await keeper.close();
  });

  it("ends with the engine's verdict also on a check that nothing declares", async () => {
    const engine = new Engine();
    const unchecked = service('web');
    const keeper = engine.keeper(unchecked);
    const verdict = async (health: ObservedStatus['health']): Promise<boolean> => {
      engine.status = { health, since: '2026-01-31T10:00:00Z' };
      return (await keeper.check(unchecked, engine.seen(unchecked), NEVER)).met;
    };

    expect([await verdict('healthy'), await verdict('starting'), await verdict('unhealthy')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(engine.execs).toBe(0);
  });

  it('ends with what its engine starts again and again, although nothing says how it would be well', async () => {
    const engine = new Engine();
    const unchecked = service('web');
    const keeper = engine.keeper(unchecked);
    engine.status = { run_state: 'restarting', reason: 'exited with status 1', exit_code: 1 };
    const seen = engine.seen(unchecked);
    engine.status = { since: '2026-01-31T10:00:00Z' };

    const check = await keeper.check(unchecked, seen, NEVER);

    expect(check).toMatchObject({ met: false, condition: 'service_started', gate: { exit_code: 1 } });
    expect(check.reason).toContain('exited with status 1');
  });
});

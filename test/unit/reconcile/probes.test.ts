import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Actuator } from '../../../src/drivers/driver.ts';
import { TrueupError } from '../../../src/model/failure.ts';
import type { Vault } from '../../../src/model/secret.ts';
import type { HealthCheck } from '../../../src/reconcile/gates/health-check.ts';
import { probeOnce } from '../../../src/reconcile/gates/probes.ts';

const NEVER = new AbortController().signal;
const OPEN: Vault = { reveal: () => '', mask: (text) => text };
const WEB = { type: 'service', name: 'shop-web-1' } as const;

const CHECK: HealthCheck = {
  readyMs: null,
  test: null,
  endpoints: [{ url: 'http://127.0.0.1:8080/', method: 'GET', expectedStatus: 200, timeoutMs: 30 }],
  expectedResponse: { statusCode: null, bodyPattern: null, jsonPath: null },
  intervalMs: 1000,
  timeoutMs: 30,
  retries: 3,
  startPeriodMs: 0,
};

function reaching(connect: Actuator['connect'], exec?: Actuator['exec']): Parameters<typeof probeOnce>[1] {
  const actuator = { connect, exec } as Actuator;
  return {
    rungs: () => Promise.resolve([]),
    actuator: () => Promise.resolve(actuator),
    object: WEB,
    config: {},
    vault: OPEN,
  };
}

function silent(): TrueupError {
  return new TrueupError('engine_unreachable', 'the engine did not say where it is', { retryable: true });
}

describe('a round of a health check', () => {
  it('says nothing of a service of which its engine does not say where it is', async () => {
    const never = reaching((_object, _target, signal) => {
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(silent())));
    });
    const refused = reaching(() => Promise.reject(silent()));

    await expect(probeOnce(CHECK, never, NEVER)).rejects.toMatchObject({ code: 'engine_unreachable' });
    await expect(probeOnce(CHECK, refused, NEVER)).rejects.toMatchObject({ code: 'engine_unreachable' });
  });

  it('nor where its engine does not take a test, or where we end the connection to it ourselves', async () => {
    const test = { ...CHECK, test: ['true'], endpoints: [] };
    const closed = new TrueupError('interrupted', 'the connection to the engine was closed');
    const connect = (): Promise<never> => Promise.reject(closed);

    await expect(
      probeOnce(
        test,
        reaching(connect, () => Promise.reject(silent())),
        NEVER,
      ),
    ).rejects.toMatchObject({
      code: 'engine_unreachable',
    });
    await expect(probeOnce(CHECK, reaching(connect), NEVER)).rejects.toBe(closed);
  });

  it('fails where the service itself does not answer, or nobody listens', async () => {
    const mute = reaching(() =>
      Promise.resolve(new PassThrough({ read: () => undefined, write: (_a, _b, done) => done() })),
    );
    const nobody = reaching(() => Promise.reject(new TrueupError('step_failed', 'nobody answers on port 8080')));

    const [late, refused] = [await probeOnce(CHECK, mute, NEVER), await probeOnce(CHECK, nobody, NEVER)];

    expect(late.results.map(({ passed, output }) => ({ passed, output }))).toEqual([
      { passed: false, output: 'no answer within 30 ms' },
    ]);
    expect(refused.results.map(({ passed }) => passed)).toEqual([false]);
  });

  it('ends with its signal whatever the engine says', async () => {
    const over = new AbortController();
    const stopped = new Error('stopped');
    const never = reaching((_object, _target, signal) => {
      over.abort(stopped);
      return new Promise((_, reject) => {
        if (signal.aborted) reject(silent());
        else signal.addEventListener('abort', () => reject(silent()));
      });
    });

    await expect(probeOnce(CHECK, never, over.signal)).rejects.toBe(stopped);
  });
});

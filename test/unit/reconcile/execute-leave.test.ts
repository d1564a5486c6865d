import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../src/model/failure.ts';
import type { Step, StepDependency, StepPhase } from '../../../src/model/plan.ts';
import type { StepResult } from '../../../src/model/run.ts';
import { executeSteps } from '../../../src/reconcile/execute/execute.ts';

function step(of: string, phase: StepPhase, dependencies: readonly StepDependency[] = []): Step {
  return {
    id: `${of}:${phase}`,
    address: `service.${of}`,
    changed: `service.${of}`,
    engine: 'simulated',
    name: of,
    phase,
    verb: phase,
    args: {},
    cause: 'missing',
    depends_on: dependencies,
  };
}

function done(id: string): StepDependency {
  return { step: id, when: 'done' };
}

/** `web` is replaced, and `after` waits for its gate. */
const STEPS: readonly Step[] = [
  step('web', 'stop'),
  step('web', 'start', [done('web:stop')]),
  step('web', 'gate', [done('web:start')]),
  step('web', 'settle', [done('web:gate')]),
  step(
    'web',
    'recover',
    ['web:stop', 'web:start', 'web:gate'].map((id) => ({ step: id, when: 'failed' })),
  ),
  step('after', 'start', [done('web:gate')]),
];

/** Runs the steps, and leaves when one of them begins. */
async function leavingAt(id: string): Promise<Readonly<Record<string, string>>> {
  const leave = new AbortController();
  const results = await executeSteps(STEPS, {
    async perform({ id: begun, phase }, signal) {
      if (begun === id) leave.abort(new Error('a newer revision'));
      if (phase !== 'gate') expect(signal.aborted).toBe(false);
      else if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      signal.throwIfAborted();
      return { outcome: {}, gate: null };
    },
    failureOf,
    evidenceOf: () => Promise.resolve(null),
    goesOnAfter: () => false,
    limits: { calls: 10, startsPerEngine: 6 },
    signal: new AbortController().signal,
    leave: leave.signal,
    now: () => 0,
    onStart: () => undefined,
    onEnd: () => undefined,
  });
  return Object.fromEntries(results.map(({ id: of, status }: StepResult) => [of, status]));
}

describe('leaving a run in order', () => {
  it('carries on what has begun up to its gate, and waits there no more', async () => {
    expect(await leavingAt('web:stop')).toEqual({
      'web:stop': 'done',
      'web:start': 'done',
      'web:gate': 'cancelled',
      'web:settle': 'cancelled',
      'web:recover': 'cancelled',
      'after:start': 'cancelled',
    });
  });

  it('ends a gate that waits, and brings nothing back for it', async () => {
    expect(await leavingAt('web:gate')).toMatchObject({
      'web:start': 'done',
      'web:gate': 'cancelled',
      'web:recover': 'cancelled',
      'after:start': 'cancelled',
    });
  });
});

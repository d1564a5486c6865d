import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../src/model/failure.ts';
import type { Step, StepPhase } from '../../../src/model/plan.ts';
import type { StepResult } from '../../../src/model/run.ts';
import { type ExecuteOptions, executeSteps } from '../../../src/reconcile/execute/execute.ts';

interface Draft {
  readonly id: string;
  readonly after?: readonly string[];
  readonly optionallyAfter?: readonly string[];
  readonly unlessDone?: readonly string[];
  readonly phase?: StepPhase;
  readonly of?: string;
}

function stepOf({ id, after = [], optionallyAfter = [], unlessDone = [], phase = 'start', of = id }: Draft): Step {
  return {
    id,
    address: `service.${of}`,
    changed: `service.${of}`,
    engine: 'simulated',
    name: id,
    phase,
    verb: phase,
    args: {},
    cause: 'missing',
    depends_on: [
      ...after.map((step) => ({ step, when: 'done' as const })),
      ...optionallyAfter.map((step) => ({ step, when: 'ended' as const })),
      ...unlessDone.map((step) => ({ step, when: 'failed' as const })),
    ],
  };
}

interface Harness {
  /** Begin and end of every step, in the order in which they happened. */
  readonly trace: string[];
  readonly mostAtOnce: () => number;
  run(drafts: readonly Draft[], options?: Partial<ExecuteOptions>): Promise<Readonly<Record<string, StepResult>>>;
}

function harness(perform: (id: string, signal: AbortSignal) => Promise<void> | void = () => undefined): Harness {
  const trace: string[] = [];
  let running = 0;
  let most = 0;
  return {
    trace,
    mostAtOnce: () => most,
    async run(drafts, options = {}) {
      const results = await executeSteps(drafts.map(stepOf), {
        async perform(step, signal) {
          running += 1;
          most = Math.max(most, running);
          try {
            await perform(step.id, signal);
            return { outcome: {}, gate: null };
          } finally {
            running -= 1;
          }
        },
        failureOf,
        evidenceOf: () => Promise.resolve(null),
        goesOnAfter: () => false,
        limits: { calls: 10, startsPerEngine: 6 },
        signal: new AbortController().signal,
        now: () => performance.now(),
        onStart: (step) => trace.push(`+${step.id}`),
        onEnd: (step, result) => trace.push(`${result.status === 'done' ? '-' : '!'}${step.id}`),
        ...options,
      });
      return Object.fromEntries(results.map((result) => [result.id, result]));
    },
  };
}

function failOn(...ids: readonly string[]): (id: string) => void {
  return (id) => {
    if (ids.includes(id)) throw new Error(`${id} broke`);
  };
}

describe('the executor', () => {
  it('starts a step only after every dependency is done', async () => {
    const { run, trace } = harness();

    await run([{ id: 'web', after: ['api'] }, { id: 'api', after: ['db'] }, { id: 'db' }]);

    expect(trace).toEqual(['+db', '-db', '+api', '-api', '+web', '-web']);
  });

  it('never starts a dependent of a failed step and names the failure that started it', async () => {
    const { run, trace } = harness(failOn('db'));

    const results = await run([{ id: 'db' }, { id: 'api', after: ['db'] }, { id: 'web', after: ['api'] }]);

    expect(trace).toEqual(['+db', '!db', '!api', '!web']);
    expect(results['db']).toMatchObject({ status: 'failed', error: { message: 'db broke' } });
    expect(results['api']).toMatchObject({ status: 'skipped', skipped_because: 'db', started_at: null });
    expect(results['web']).toMatchObject({ status: 'skipped', skipped_because: 'db' });
  });

  describe('a step that is there for the case that something fails', () => {
    const change = (): readonly Draft[] => [
      { id: 'stop', of: 'web', phase: 'stop' },
      { id: 'start', of: 'web', after: ['stop'] },
      { id: 'gate', of: 'web', phase: 'gate', after: ['start'] },
      { id: 'discard', of: 'web', phase: 'discard', after: ['gate'] },
      { id: 'restore', of: 'web', phase: 'recover', unlessDone: ['stop', 'start', 'gate'] },
      { id: 'restored', of: 'web', phase: 'gate', after: ['restore'] },
    ];

    it('is not needed where all is done, and neither is what follows it', async () => {
      const { run, trace } = harness();

      const results = await run(change());

      expect(results).toMatchObject({
        discard: { status: 'done' },
        restore: { status: 'not_needed', started_at: null },
        restored: { status: 'not_needed', skipped_because: null },
      });
      expect(trace).not.toContain('+restore');
    });

    it.each(['stop', 'start', 'gate'])('runs where %s fails, although a failure stops the run', async (broken) => {
      const { run } = harness(failOn(broken));

      const results = await run(change());

      expect(results).toMatchObject({
        discard: { status: 'skipped', skipped_because: broken },
        restore: { status: 'done' },
        restored: { status: 'done' },
      });
    });

    it('is not needed where nothing of its resource began', async () => {
      const { run } = harness(failOn('db'));

      const [stop, ...rest] = change();
      const results = await run([{ id: 'db' }, { id: 'stop', of: 'web', ...stop, after: ['db'] }, ...rest]);

      expect(results).toMatchObject({ stop: { status: 'skipped' }, restore: { status: 'not_needed' } });
    });

    it('runs also where all that began is what was prepared ahead', async () => {
      const { run } = harness(failOn('db'));

      const results = await run([
        { id: 'create', of: 'web', phase: 'prepare' },
        { id: 'db', after: ['create'] },
        { id: 'start', of: 'web', after: ['create', 'db'] },
        { id: 'restore', of: 'web', phase: 'recover', unlessDone: ['create', 'start'] },
      ]);

      expect(results).toMatchObject({ start: { status: 'skipped' }, restore: { status: 'done' } });
    });

    it('does not run once the run was interrupted', async () => {
      const stopping = new AbortController();
      const { run } = harness((id) => {
        if (id === 'start') stopping.abort();
        if (id === 'start') throw new Error('broken off');
      });

      const results = await run(change(), { signal: stopping.signal });

      expect(results['restore']?.status).toBe('cancelled');
    });
  });

  it('carries on with a change that has begun, also where another failure stops the run', async () => {
    const failing = Promise.withResolvers<void>();
    const { run } = harness(async (id) => {
      if (id === 'db') {
        failing.resolve();
        throw new Error('db broke');
      }
      await failing.promise;
    });

    const results = await run([
      { id: 'db' },
      { id: 'stop', of: 'web', phase: 'stop' },
      { id: 'start', of: 'web', after: ['stop'] },
      { id: 'api', after: ['stop'] },
    ]);

    expect(results).toMatchObject({ start: { status: 'done' }, api: { status: 'skipped', skipped_because: 'db' } });
  });

  it('lets an optional dependency end in any way', async () => {
    const { run } = harness(failOn('cache'));

    const results = await run([{ id: 'cache' }, { id: 'web', optionallyAfter: ['cache'] }], {
      goesOnAfter: () => true,
    });

    expect(results['web']?.status).toBe('done');
  });

  it('lets dependents pass an optional dependency also where a failure stops the run', async () => {
    const { run } = harness(failOn('cache'));

    const results = await run([
      { id: 'cache' },
      { id: 'web', optionallyAfter: ['cache'] },
      { id: 'api', after: ['web'] },
    ]);

    expect(results).toMatchObject({ cache: { status: 'failed' }, web: { status: 'done' }, api: { status: 'done' } });
  });

  it('stops the run for a failure that anything else needs, whatever else lets it pass', async () => {
    const { run } = harness(failOn('cache'));

    const results = await run([
      { id: 'cache' },
      { id: 'web', optionallyAfter: ['cache'] },
      { id: 'api', after: ['cache'] },
    ]);

    expect(results['web']).toMatchObject({ status: 'skipped', skipped_because: 'cache' });
  });

  it('starts nothing that changes something after a failure, but lets what runs and its gates end', async () => {
    const slow = Promise.withResolvers<void>();
    const { run } = harness(async (id) => {
      if (id === 'slow') await slow.promise;
      if (id === 'bad') {
        queueMicrotask(slow.resolve);
        throw new Error('bad broke');
      }
    });

    const results = await run([
      { id: 'slow' },
      { id: 'gate', after: ['slow'], phase: 'gate' },
      { id: 'bad' },
      { id: 'later', after: ['slow'] },
    ]);

    expect(results['slow']?.status).toBe('done');
    expect(results['gate']?.status).toBe('done');
    expect(results['later']).toMatchObject({ status: 'skipped', skipped_because: 'bad' });
  });

  it('carries on with independent steps when failures are to be continued', async () => {
    const { run } = harness(failOn('bad'));

    const results = await run([{ id: 'bad' }, { id: 'other' }, { id: 'last', after: ['other'] }], {
      goesOnAfter: () => true,
    });

    expect(results['last']?.status).toBe('done');
  });

  it('cancels what has not begun on an abort and waits for what has', async () => {
    const controller = new AbortController();
    const { run } = harness(async (id, signal) => {
      if (id !== 'waits') return;
      controller.abort(new Error('stop'));
      await new Promise((_, reject) => reject(signal.reason));
    });

    const results = await run([{ id: 'waits' }, { id: 'next', after: ['waits'] }], { signal: controller.signal });

    expect(results['waits']?.status).toBe('cancelled');
    expect(results['next']?.status).toBe('cancelled');
  });

  it('believes a step that completes although the run was aborted', async () => {
    const controller = new AbortController();
    const { run } = harness((id) => {
      if (id === 'ends') controller.abort(new Error('stop'));
    });

    const results = await run([{ id: 'ends' }, { id: 'next', after: ['ends'] }], { signal: controller.signal });

    expect(results['ends']?.status).toBe('done');
    expect(results['next']?.status).toBe('cancelled');
  });

  it('keeps to the limit of starts per engine, while gates hold no slot', async () => {
    const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const starts = harness(tick);
    await starts.run(Array.from({ length: 40 }, (_, index) => ({ id: `s${index}` })));
    const gates = harness(tick);
    await gates.run(Array.from({ length: 40 }, (_, index) => ({ id: `g${index}`, phase: 'gate' })));

    expect(starts.mostAtOnce()).toBe(6);
    expect(gates.mostAtOnce()).toBe(40);
  });

  it('keeps to the limit of calls over all phases', async () => {
    const { run, mostAtOnce } = harness(() => new Promise((resolve) => setImmediate(resolve)));

    await run(
      Array.from({ length: 30 }, (_, index) => ({ id: `p${index}`, phase: index % 2 === 0 ? 'prepare' : 'start' })),
      { limits: { calls: 3, startsPerEngine: 6 } },
    );

    expect(mostAtOnce()).toBe(3);
  });

  it('gives one result per step in the order of the plan', async () => {
    const { run } = harness();

    const results = await run([{ id: 'b', after: ['a'] }, { id: 'a' }, { id: 'c' }]);

    expect(Object.keys(results)).toEqual(['b', 'a', 'c']);
  });

  it('ends at once for a plan without steps', async () => {
    await expect(harness().run([])).resolves.toEqual({});
  });
});

import { describe, expect, it } from 'vitest';
import { type Covered, interruptedBy, restAfter, restBefore } from '../../../src/flow/earlier-runs.ts';
import { restartsOf } from '../../../src/flow/owed-restarts.ts';
import type { Address } from '../../../src/model/address.ts';
import type { Change } from '../../../src/model/change.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { Run, StepStatus } from '../../../src/model/run.ts';
import type { JournalIntent, JournalStep } from '../../../src/state/journal-entries.ts';
import { foldEntries, type JournalReading } from '../../../src/state/journal-reading.ts';
import { change, plan, removal, result, run, step, unstarted } from '../../support/builders.ts';

const AT = '2026-01-31T10:00:00.000Z';

function journalStep(address: Address, verb: string): JournalStep {
  return { id: `${address}:${verb}`, address, changed: address, verb, phase: 'start' };
}

interface Earlier {
  readonly run?: string;
  readonly steps: readonly JournalStep[];
  readonly changes?: JournalIntent['changes'];
  readonly done?: readonly string[];
  readonly begun?: readonly string[];
}

/** Runs that were cut off, oldest first. */
function cutOff(...runs: readonly Earlier[]): JournalReading {
  return foldEntries(
    runs.flatMap(({ run: id = 'run-1', steps, changes = [], done = [], begun = [] }) => [
      {
        type: 'run_begun' as const,
        run: id,
        command: 'trueup apply',
        mode: 'apply' as const,
        revision: { commit: null, dirty: false },
        started_at: AT,
        changes,
        steps,
      },
      ...[...done, ...begun].map((name) => ({ type: 'step_begun' as const, run: id, step: name, at: AT })),
      ...done.map((name) => ({ type: 'step_ended' as const, run: id, step: name, status: 'done' as const, at: AT })),
    ]),
  );
}

function covering(overrides: Partial<Plan> = {}, more: Partial<Covered> = {}): Covered {
  const declared = new Set<Address>(['service.web', 'service.api', 'service.db']);
  return { plan: plan(overrides), declared, stopped: [], fields: 'all', ...more };
}

function restarted(address: Address, reason: Change['reason'] = 'restart_by_request'): Change {
  return change(address, { action: 'restart', reason });
}

/** A run in which the one step of each address ended so. */
function runOf(ends: Readonly<Record<string, StepStatus>>): ReturnType<typeof run> {
  const steps = Object.entries(ends).map(([key, status]) => result(`service.${key}`, 'start', { status }));
  return run({ steps, status: steps.every(({ status }) => status === 'done') ? 'succeeded' : 'failed' });
}

function intentOf(addresses: readonly Address[], reason: string): JournalIntent {
  return {
    run: 'run-2',
    command: 'trueup apply',
    mode: 'apply',
    revision: { commit: null, dirty: false },
    started_at: AT,
    changes: addresses.map((address) => ({ address, action: 'restart', reason })),
    steps: addresses.map((address) => journalStep(address, 'start')),
  };
}

const WEB = journalStep('service.web', 'start');
const API = journalStep('service.api', 'start');
const OLD = journalStep('service.old', 'remove');

describe('a run that was cut off', () => {
  it('is no news where all earlier runs ended', () => {
    expect(interruptedBy(cutOff(), covering())).toBeNull();
  });

  it('has its open steps compared with what is planned and declared now', () => {
    const reading = cutOff({ steps: [WEB, API, OLD], begun: [WEB.id, API.id, OLD.id] });

    const interrupted = interruptedBy(reading, covering({ changes: [restarted('service.api')] }));

    expect(interrupted).toMatchObject({ run: 'run-1', command: 'trueup apply', started_at: AT });
    expect(interrupted?.steps.map(({ step: id, found }) => [id, found])).toEqual([
      ['service.web:start', 'as_declared'],
      ['service.api:start', 'to_be_finished'],
      ['service.old:remove', 'gone'],
    ]);
  });

  it('is about what is gone once all of it is destroyed', () => {
    const reading = cutOff({ steps: [WEB, API], begun: [WEB.id, API.id] });
    const destroyed = covering({ mode: 'destroy', changes: [removal('service.web')] });

    expect(interruptedBy(reading, destroyed)?.steps.map(({ found }) => found)).toEqual(['to_be_finished', 'gone']);
  });

  it('is told together with those before it, each step once', () => {
    const reading = cutOff(
      { run: 'run-1', steps: [WEB, API], begun: [WEB.id] },
      { run: 'run-2', steps: [WEB, API], done: [API.id], begun: [WEB.id] },
    );

    const interrupted = interruptedBy(reading, covering());

    expect(interrupted).toMatchObject({ run: 'run-2', steps: [{ step: WEB.id }] });
    expect(restBefore(reading).cutOff).toMatchObject({ run: 'run-2', changes: [], steps: [{ id: WEB.id }] });
  });

  it('is not told of by a run that looks at something else', () => {
    const reading = cutOff({ steps: [WEB], begun: [WEB.id] });
    const inputs = { ...plan().inputs, targets: ['service.api'] as const };

    expect(interruptedBy(reading, covering({ inputs }))?.steps).toEqual([]);
    expect(interruptedBy(reading, covering({}, { fields: 'run_state' }))).toBeNull();
    expect(restAfter(reading, intentOf([], ''), run(), covering({ inputs })).cutOff).toMatchObject({
      steps: [{ id: WEB.id }],
    });
    expect(restAfter(reading, intentOf([], ''), run(), covering()).cutOff).toBeNull();
  });

  it('leaves nothing in doubt that a run which looks at something else has done since', () => {
    const reading = cutOff({ steps: [WEB, API], begun: [WEB.id, API.id] });
    const started = covering({}, { fields: 'run_state' });
    const rest = restAfter(reading, intentOf(['service.web'], 'not_running'), runOf({ web: 'done' }), started);

    expect(rest.cutOff?.steps).toEqual([API]);
  });

  it('may have run a hook before: that is said only where the hook runs again', () => {
    const hook = journalStep('service.web', 'post_start');
    const reading = cutOff({ steps: [hook], begun: [hook.id] });
    const again = { changes: [restarted('service.web')], steps: [step('service.web', 'post_start')] };

    expect(interruptedBy(reading, covering(again))?.steps).toMatchObject([{ possibly_repeated: true }]);
    expect(interruptedBy(reading, covering({ ...again, steps: [] }))?.steps).toMatchObject([
      { possibly_repeated: false },
    ]);
  });
});

describe('restarts that are owed', () => {
  const owing = cutOff({
    steps: [WEB, API],
    changes: [
      { address: 'service.web', action: 'restart', reason: 'restart_by_request' },
      { address: 'service.api', action: 'restart', reason: 'restart_by_request' },
    ],
    begun: [WEB.id],
  });
  const request = { mode: 'apply', fields: 'all', targets: new Set<Address>(), restart: new Set<Address>() } as const;

  it('join what a plan restarts, but for what it is not about and what was stopped on purpose', () => {
    const web = new Set<Address>(['service.web']);

    expect([...restartsOf(request, owing, [])]).toEqual(['service.web', 'service.api']);
    expect([...restartsOf({ ...request, targets: web }, owing, [])]).toEqual(['service.web']);
    expect([...restartsOf(request, owing, ['service.web'])]).toEqual(['service.api']);
    expect([...restartsOf({ ...request, fields: 'run_state' }, owing, [])]).toEqual([]);
    expect([...restartsOf({ ...request, mode: 'destroy' }, owing, [])]).toEqual([]);
  });

  it('are told, and as possibly repeated where they had begun', () => {
    const changes = [restarted('service.web'), restarted('service.api')];

    expect(interruptedBy(owing, covering({ changes }))).toMatchObject({
      restarts: ['service.web', 'service.api'],
      steps: [{ step: WEB.id, found: 'to_be_finished', possibly_repeated: true }],
    });
  });

  it('stay owed until a run has done them, or until nobody wants them any more', () => {
    const changes = [restarted('service.web'), restarted('service.api')];
    const intent = intentOf(['service.web', 'service.api'], 'restart_by_request');
    const owedAfter = (covered: Covered, ended = runOf({ web: 'done', api: 'failed' })): readonly Address[] =>
      restAfter(owing, intent, ended, covered).owed.map(({ address }) => address);

    expect(owedAfter(covering({ changes }))).toEqual(['service.api']);
    expect(owedAfter(covering({ changes }), runOf({ web: 'done', api: 'done' }))).toEqual([]);
    expect(owedAfter(covering({ changes }, { stopped: ['service.api'] }))).toEqual([]);
    expect(owedAfter(covering({ changes }, { declared: new Set(['service.web']) }))).toEqual([]);
    expect(owedAfter(covering({ mode: 'destroy' }))).toEqual([]);
    expect(owedAfter(covering({}))).toEqual(['service.web', 'service.api']);
  });

  it('are done where only what was there for a failure, or a hook before the stop, did not get done', () => {
    const recover: JournalStep = { ...journalStep('service.web', 'restore'), phase: 'recover' };
    const hook = journalStep('service.web', 'pre_stop');
    const changes = [{ address: 'service.web', action: 'restart', reason: 'restart_by_request' }] as const;

    expect(cutOff({ steps: [hook, WEB, recover], changes, done: [WEB.id] }).owed).toEqual([]);
    expect(cutOff({ steps: [hook, WEB, recover], changes, done: [hook.id] }).owed).toHaveLength(1);
  });

  it('are what a start needs that was not followed by its hooks, unless what was there before is back', () => {
    const hook = journalStep('service.web', 'post_start');
    const restore: JournalStep = { ...journalStep('service.web', 'restore'), phase: 'recover' };
    const changes = [{ address: 'service.web', action: 'create', reason: 'missing' }] as const;
    const owed = (done: readonly string[], begun: readonly string[] = []) =>
      cutOff({ steps: [WEB, hook, restore], changes, done, begun }).owed;

    expect(owed([])).toEqual([]);
    expect(owed([WEB.id])).toEqual([{ address: 'service.web', possibly_repeated: false }]);
    expect(owed([WEB.id], [hook.id])).toEqual([{ address: 'service.web', possibly_repeated: true }]);
    expect(owed([WEB.id, hook.id])).toEqual([]);
    expect(owed([WEB.id, restore.id], [hook.id])).toEqual([]);
  });

  it('are left behind by a run that ended in the middle of what restarts with its dependency', () => {
    const owedAfter = (reason: Change['reason'], ended: Run): readonly Address[] =>
      restAfter(
        cutOff(),
        intentOf(['service.api'], reason),
        ended,
        covering({ changes: [restarted('service.api', reason)] }),
      ).owed.map(({ address }) => address);

    const untouched = run({ status: 'failed', steps: [unstarted('service.api', 'start', 'skipped', null)] });
    expect(owedAfter('restart_with_dependency', runOf({ api: 'failed' }))).toEqual(['service.api']);
    expect(owedAfter('restart_with_dependency', runOf({ api: 'done' }))).toEqual([]);
    expect(owedAfter('restart_with_dependency', untouched)).toEqual([]);
    expect(owedAfter('restart_by_request', runOf({ api: 'failed' }))).toEqual([]);
  });
});

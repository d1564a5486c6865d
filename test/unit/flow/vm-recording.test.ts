import { describe, expect, it } from 'vitest';
import { VmRecording } from '../../../src/flow/vm-recording.ts';
import type { Planned } from '../../../src/flow/planning.ts';
import { libvirtModel } from '../../../src/drivers/libvirt/model.ts';
import type { Address } from '../../../src/model/address.ts';
import type { Change, Withheld } from '../../../src/model/change.ts';
import { failureOf, TrueupError } from '../../../src/model/failure.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import {
  NOTHING_RECORDED,
  type ObservedObject,
  type ObservedRunState,
  type Recorded,
} from '../../../src/model/observed.ts';
import type { Step } from '../../../src/model/plan.ts';
import type { StepResult } from '../../../src/model/run.ts';
import { type StateFolder, stateFolder } from '../../../src/state/folder.ts';
import { readVmConfigurations } from '../../../src/state/vm-configurations.ts';
import { readVmEvents } from '../../../src/state/vm-events.ts';
import { readVmMemory } from '../../../src/state/vm-memory.ts';
import { change, creation, desired, difference, environment, plan, run, step } from '../../support/builders.ts';
import { scratchFolder } from '../state/scratch.ts';

const NOW = Date.parse('2026-01-31T10:00:00.000Z');
const ADDRESS: Address = 'vm.builder';
const CONFIG = { cpus: 2, memory: '4GiB', run_state: 'running' };
const VM = desired('builder', { type: 'vm', name: 'shop-builder', engine: 'host', config: CONFIG });
const RECORDED: Recorded = {
  ...NOTHING_RECORDED,
  resources: { [ADDRESS]: { engine: 'host', name: VM.name, config: CONFIG, revision: null, unfinished: false } },
};

function seen(state: ObservedRunState): ObservedObject {
  const ownership = { owner: 'me', project: 'shop', environment: 'local', checkout: null, created_revision: null };
  const status = {
    reason: null,
    since: null,
    exit_code: null,
    restarts: 0,
    incarnation: null,
    health: 'none',
  } as const;
  return {
    type: 'vm',
    name: VM.name,
    id: 'a-uuid',
    ownership: { ...ownership, address: ADDRESS },
    configured: CONFIG,
    effective: null,
    status: { ...status, run_state: state, details: {} },
  };
}

interface Ran {
  readonly state: StateFolder;
  readonly before: ObservedRunState | null;
  readonly changes: readonly Change[];
  readonly steps: readonly (readonly [Step, Pick<StepResult, 'status' | 'error'>])[];
  readonly recorded?: Recorded;
  readonly withheld?: readonly Withheld[];
  readonly fields?: Planned['fields'];
}

const DONE = { status: 'done', error: null } as const;

async function ran({
  state,
  before,
  changes,
  steps,
  recorded = RECORDED,
  withheld = [],
  fields = 'all',
}: Ran): Promise<void> {
  const local = environment([VM]);
  const made = plan({ changes, withheld, steps: steps.map(([one]) => one) });
  const objects = before === null ? [] : [seen(before)];
  const known = { status: 'known', engine: 'host', facts: null, objects } as const;
  const nothing = (): Promise<void> => Promise.resolve();
  const planned: Planned = {
    plan: made,
    environment: local,
    declared: local,
    stopped: [],
    suspended: [],
    fields,
    problem: null,
    recorded: RECORDED,
    adopts: [],
    earlier: { reading: { runs: [], owed: [] }, problem: null },
    observations: { observations: new Map([['host', known]]), engines: new Map(), [Symbol.asyncDispose]: nothing },
    planAgain: () => Promise.reject(new Error('there is no second stage')),
    [Symbol.asyncDispose]: nothing,
  };
  const recording = await VmRecording.begin({
    state,
    planned,
    plan: made,
    models: new Map([['host', libvirtModel]]),
    owners: ['me'],
    run: 'a-run',
    command: 'trueup apply',
    now: () => NOW,
    mask: (text) => text,
  });
  for (const [one, result] of steps) {
    recording?.heard({ type: 'step_started', step: one });
    recording?.heard({ type: 'step_ended', step: one, result: { ...resultOf(one), ...result } });
  }
  expect(await recording?.end(run(), recorded)).toBeNull();
}

function resultOf({ id, address, engine, name, phase, verb }: Step): StepResult {
  const rest = { started_at: null, duration_ms: 1, error: null, skipped_because: null, gate: null, outcome: {} };
  return { id, address, engine, name, phase, verb, status: 'done', ...rest };
}

function vmStep(verb: string, phase: Step['phase']): Step {
  return step(ADDRESS, verb, { engine: 'host', name: VM.name, phase });
}

async function told(state: StateFolder): Promise<readonly string[]> {
  const lines: string[] = [];
  const onProblem = (problem: TrueupError): never => {
    throw problem;
  };
  for await (const { severity, eventType, message } of readVmEvents(state, 'local', { now: NOW, onProblem }))
    lines.push(`${severity} ${eventType}: ${message}`);
  return lines;
}

const OBJECT = { engine: 'host', name: VM.name } as const;

describe('what a run remembers of VMs', () => {
  it('is all that it did to one that it made', async () => {
    const state = stateFolder(scratchFolder());

    await ran({
      state,
      before: null,
      changes: [creation(ADDRESS, CONFIG, OBJECT)],
      steps: [
        [vmStep('define', 'prepare'), DONE],
        [vmStep('start', 'start'), DONE],
      ],
    });

    expect(await told(state)).toEqual([
      'Info UserAction: trueup apply: create',
      'Info StatusChanged: builder went from Stopped to Starting',
      'Info StatusChanged: builder went from Starting to Running',
      'Info ConfigurationUpdated: the first that is known',
    ]);
    const at = '2026-01-31T10:00:00.000Z';
    expect((await readVmMemory(state, 'local')).get(ADDRESS)).toEqual({
      id: null,
      status: 'Running',
      created_at: at,
      last_started: at,
      last_stopped: null,
    });
    expect((await readVmConfigurations(state, 'local')).versions).toMatchObject([{ version: 1, createdAt: at }]);
  });

  it('is what the world did since, with a warning', async () => {
    const state = stateFolder(scratchFolder());
    await ran({ state, before: 'running', changes: [], steps: [] });

    await ran({ state, before: 'stopped', changes: [], steps: [] });

    expect((await told(state)).at(-1)).toBe(
      'Warning StatusChanged: builder went from Running to Stopped: trueup has not done that',
    );
    expect((await readVmConfigurations(state, 'local')).versions).toHaveLength(1);
  });

  it('is nothing of a change that is never begun, and no version of what was withheld', async () => {
    const state = stateFolder(scratchFolder());
    const withheld = [{ address: ADDRESS, reason: 'protected', summary: 'it stays as it is' } as const];

    await ran({ state, before: null, changes: [creation(ADDRESS, CONFIG, OBJECT)], steps: [], withheld });

    expect(await told(state)).toEqual([]);
    expect((await readVmConfigurations(state, 'local')).versions).toEqual([]);
  });

  it('has a version of what was applied where a disk was left as it is, and none once it is declared as it is', async () => {
    const state = stateFolder(scratchFolder());
    const recordedAs = (config: JsonObject): Recorded => {
      const { [ADDRESS]: record, ...others } = RECORDED.resources;
      if (record === undefined) throw new Error('nothing is recorded');
      return {
        ...RECORDED,
        resources: { ...others, [ADDRESS]: { ...record, config: { ...record.config, ...config } } },
      };
    };
    const first = recordedAs({ disk: '48MiB', memory: '96MiB' });
    await ran({ state, before: 'running', changes: [], steps: [], recorded: first });
    const withheld = [
      {
        address: 'volume.builder.disk',
        reason: 'data_kept',
        summary: 'it would have to be replaced',
        differences: [difference(['size'], { before: '48MiB', after: '32MiB' })],
      },
    ] as const;

    const both = recordedAs({ disk: '32MiB', memory: '112MiB' });
    await ran({ state, before: 'running', changes: [], steps: [], recorded: both, withheld });
    const disk = recordedAs({ disk: '32MiB', memory: '112MiB' });
    await ran({ state, before: 'running', changes: [], steps: [], recorded: disk, fields: 'run_state' });
    const reverted = recordedAs({ disk: '48MiB', memory: '112MiB' });
    await ran({ state, before: 'running', changes: [], steps: [], recorded: reverted });

    const { versions } = await readVmConfigurations(state, 'local');
    expect(versions.map(({ changeDescription }) => changeDescription)).toEqual([
      'the first that is known',
      'memory "96MiB" → "112MiB"',
    ]);
    expect(versions[1]?.content).toContain('disk: 48MiB');
  });

  it('tells a suspension from a stop', async () => {
    const state = stateFolder(scratchFolder());

    await ran({
      state,
      before: 'running',
      changes: [change(ADDRESS, { ...OBJECT, action: 'update' })],
      steps: [[vmStep('suspend', 'stop'), DONE]],
    });

    expect((await told(state)).slice(1, 3)).toEqual([
      'Info StatusChanged: builder went from Running to Suspending',
      'Info StatusChanged: builder went from Suspending to Suspended',
    ]);
  });

  it('says what failed, and blames nobody for where that left it', async () => {
    const state = stateFolder(scratchFolder());
    const error = failureOf(new TrueupError('step_failed', 'no room for it'));
    const recorded = NOTHING_RECORDED;
    const changes = [change(ADDRESS, { ...OBJECT, action: 'update' })];
    await ran({
      state,
      before: 'stopped',
      changes,
      steps: [[vmStep('start', 'start'), { status: 'failed', error }]],
      recorded,
    });

    await ran({ state, before: 'failed', changes: [], steps: [], recorded });

    expect((await told(state)).slice(-2)).toEqual([
      'Error ErrorOccurred: no room for it',
      'Info StatusChanged: builder went from Unknown to Error: as it was found',
    ]);
  });

  it('forgets one that it removed', async () => {
    const state = stateFolder(scratchFolder());

    await ran({
      state,
      before: 'stopped',
      changes: [change(ADDRESS, { ...OBJECT, action: 'delete', after: null })],
      steps: [[vmStep('undefine', 'remove'), DONE]],
      recorded: NOTHING_RECORDED,
    });

    expect((await told(state)).at(-1)).toBe('Info SystemEvent: builder was removed');
    expect((await readVmMemory(state, 'local')).size).toBe(0);
  });
});

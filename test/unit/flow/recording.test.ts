import { describe, expect, it } from 'vitest';
import { desiredDigest } from '../../../src/flow/quarantine.ts';
import { Recording } from '../../../src/flow/recording.ts';
import type { ApplyPurpose } from '../../../src/flow/remembered.ts';
import type { Change } from '../../../src/model/change.ts';
import type { DesiredResource } from '../../../src/model/desired.ts';
import type { Quarantine, Recorded } from '../../../src/model/observed.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { RecordedStore } from '../../../src/state/recorded.ts';
import {
  change,
  creation,
  desired,
  engine,
  environment,
  plan,
  removal,
  result,
  run,
  step,
} from '../../support/builders.ts';
import { adoptedOf, recordedOf } from '../../support/planning.ts';

function storeOf(initial: Recorded): RecordedStore {
  let now = initial;
  return {
    get: () => now,
    set(recorded) {
      now = recorded;
    },
    record(address, resource) {
      const { [address]: _, ...others } = now.resources;
      now = { ...now, resources: resource === null ? others : { ...others, [address]: resource } };
    },
    flush: async () => {},
  };
}

interface Scene {
  readonly resources: readonly DesiredResource[];
  readonly recorded: Recorded;
  readonly changes: readonly Change[];
  readonly mode?: Plan['mode'];
  readonly purpose?: ApplyPurpose;
  readonly plan?: Partial<Plan>;
  /** A saved one; absent for the planned one. */
  readonly carriedOut?: Partial<Plan>;
}

function recordingOf({
  resources,
  recorded,
  changes,
  mode = 'apply',
  purpose = 'apply',
  plan: part = {},
  carriedOut = {},
}: Scene): {
  readonly store: RecordedStore;
  readonly recording: Recording;
} {
  const store = storeOf(recorded);
  const declared = environment(resources);
  const made = plan({ changes, mode, ...part });
  const planned = {
    plan: made,
    environment: declared,
    declared,
    stopped: [],
    fields: 'all',
    purpose,
    mask: String,
  } as const;
  return { store, recording: new Recording(store, planned, { ...made, ...carriedOut }) };
}

const web = desired('web');
const next = removal(web.address, { name: 'shop-web-1.next' });

describe('what was adopted', () => {
  const ADOPTED = [{ engine: web.engine, type: 'service', address: web.address, as: 'theirs' }] as const;
  const adoptedOfWeb = (store: RecordedStore): readonly string[] | undefined =>
    store.get().resources[web.address]?.adopted;

  it('is recorded as the object that it is, before anything of it is touched, and as long as it is there', async () => {
    const edit = change(web.address);
    const scene = { resources: [web], recorded: recordedOf([]), changes: [edit], plan: { adopted: ADOPTED } };
    const { store, recording } = recordingOf(scene);

    await recording.begin();
    const begun = store.get().resources[web.address];
    recording.changeDone(edit);

    expect(begun).toMatchObject({ adopted: ['theirs'], unfinished: true });
    expect(store.get().resources[web.address]).toMatchObject({ adopted: ['theirs'], unfinished: false });
  });

  it('is recorded of what is as it should be, and forgotten with what ours has taken the place of', async () => {
    const there = recordingOf({
      resources: [web],
      recorded: recordedOf([web]),
      changes: [],
      plan: { adopted: ADOPTED },
    });
    await there.recording.begin();
    const replaced = recordingOf({ resources: [web], recorded: there.store.get(), changes: [] });
    await replaced.recording.begin();

    expect(adoptedOfWeb(there.store)).toEqual(['theirs']);
    expect(adoptedOfWeb(replaced.store)).toBeUndefined();
  });

  it('stays recorded while somebody else has its name, and what waits for a person is not recorded', async () => {
    const recorded = adoptedOf([web], ['theirs']);
    const waiting = { to_adopt: [web.address] };
    const known = recordingOf({ resources: [web], recorded, changes: [], plan: waiting });
    const unknown = recordingOf({ resources: [web], recorded: recordedOf([]), changes: [], plan: waiting });
    await known.recording.begin();
    await unknown.recording.begin();

    expect(known.store.get()).toEqual(recorded);
    expect(unknown.store.get().resources).toEqual({});
  });

  it('stays adopted where healing it failed, and it was healthy before', async () => {
    const healed = { ...change(web.address), cause: 'world', differences: [] } as const;
    const before = { ...recordedOf([web]), revisions: { ...recordedOf([]).revisions, last_healthy: plan().revision } };
    const { store, recording } = recordingOf({
      resources: [web],
      recorded: before,
      changes: [healed],
      plan: { adopted: ADOPTED },
    });

    await recording.begin();
    recording.end(run({ status: 'failed', steps: [result(web.address, 'update', { status: 'failed' })] }));

    expect(store.get().resources[web.address]).toMatchObject({ unfinished: false, adopted: ['theirs'] });
  });
});

describe('what all was to go', () => {
  const data = desired('data', { type: 'volume' });
  const theirs = desired('theirs', { type: 'volume', adopted: true });
  const gone = desired('gone');
  const recorded = recordedOf([web, data, theirs, gone]);
  const withheld = [
    { address: data.address, reason: 'data_kept', summary: '' },
    { address: theirs.address, reason: 'adopted', summary: '' },
    { address: gone.address, reason: 'adopted', summary: '' },
  ] as const;

  async function left(
    part: Partial<Plan> = {},
    ended: Parameters<typeof run>[0] = {},
    declared: readonly DesiredResource[] = [web, data, theirs],
  ): Promise<readonly string[]> {
    const scene = { resources: declared, recorded, changes: [], mode: 'destroy', plan: { withheld, ...part } } as const;
    const { store, recording } = recordingOf(scene);
    await recording.begin();
    recording.end(run({ mode: 'destroy', ...ended }));
    return Object.keys(store.get().resources).toSorted();
  }

  it('is forgotten, but for what stays with its manifest or for its data', async () => {
    expect(await left()).toEqual([data.address, theirs.address].toSorted());
    expect(await left({}, {}, [])).toEqual([data.address]);
  });

  it('stays known where not all of it was to go, not all of it went, or nobody could look', async () => {
    const all = Object.keys(recorded.resources).toSorted();
    const inputs = { ...plan().inputs, targets: [web.address] };

    expect(await left({ inputs })).toEqual(all);
    expect(await left({}, { status: 'failed' })).toEqual(all);
    expect(await left({ complete: false })).toEqual(all);
  });
});

describe('what is recorded of a resource', () => {
  it('outlives the removal of what a crash left over beside it', async () => {
    const { store, recording } = recordingOf({ resources: [web], recorded: recordedOf([web]), changes: [next] });

    await recording.begin();
    recording.changeDone(next);
    recording.end(run({ steps: [result(web.address, 'remove', { name: next.name })] }));

    expect(store.get().resources).toEqual(recordedOf([web]).resources);
  });

  it('is what is declared, where nothing was recorded and only a leftover goes', async () => {
    const { store, recording } = recordingOf({ resources: [web], recorded: recordedOf([]), changes: [next] });

    await recording.begin();
    recording.changeDone(next);

    expect(store.get().resources).toMatchObject({ [web.address]: { name: web.name, unfinished: false } });
  });

  it.each(['removed first', 'created first'])('is of the engine that it moved to: %s', async (order) => {
    const onDocker = desired('web', { engine: 'docker' });
    const gone = removal(web.address);
    const made = creation(web.address, onDocker.config, { engine: 'docker' });
    const { store, recording } = recordingOf({
      resources: [onDocker],
      recorded: recordedOf([web]),
      changes: [made, gone],
    });

    await recording.begin();
    for (const done of order === 'removed first' ? [gone, made] : [made, gone]) recording.changeDone(done);

    expect(store.get().resources).toMatchObject({ [web.address]: { engine: 'docker', unfinished: false } });
  });

  it('is gone once the resource is removed, also where it was to move', async () => {
    const onDocker = desired('web', { engine: 'docker' });
    const gone = removal(web.address, { reason: 'delete_by_request' });
    const { store, recording } = recordingOf({
      resources: [onDocker],
      recorded: recordedOf([web]),
      changes: [gone],
      mode: 'destroy',
    });

    await recording.begin();
    recording.changeDone(gone);

    expect(store.get().resources).toEqual({});
  });

  it('moves along with a key that changes while the thing stays', async () => {
    const before = desired('old', { type: 'volume', name: 'orders' });
    const after = desired('new', { type: 'volume', name: 'orders' });
    const { store, recording } = recordingOf({ resources: [after], recorded: recordedOf([before]), changes: [] });

    await recording.begin();

    expect(Object.keys(store.get().resources)).toEqual(['volume.new']);
  });

  it('is nothing for images, pulled or not', async () => {
    const image = desired('app:1', { type: 'image', name: 'app:1' });
    const other = desired('db:1', { type: 'image', name: 'db:1' });
    const pulled = change(image.address, { action: 'create', reason: 'missing', name: 'app:1' });
    const { store, recording } = recordingOf({
      resources: [image, other],
      recorded: recordedOf([]),
      changes: [pulled],
    });

    await recording.begin();
    recording.changeDone(pulled);
    recording.end(run({ steps: [result(image.address, 'pull', { name: 'app:1' })] }));

    expect(store.get().resources).toEqual({});
  });
});

describe('what is left as it drifted', () => {
  const known = recordedOf([web]);
  const changed = { ...web, config: { ...web.config, labels: { team: 'core' } } };

  it.each([
    { drift_ignored: [web.address] },
    { withheld: [{ address: web.address, reason: 'drift_reported', summary: 'it drifted' }] },
    { withheld: [{ address: web.address, reason: 'frozen', summary: 'it is frozen' }] },
  ] satisfies readonly Partial<Plan>[])('is not recorded as what is declared: %j', async (part) => {
    const { store, recording } = recordingOf({ resources: [changed], recorded: known, changes: [], plan: part });

    await recording.begin();
    recording.end(run({ steps: [], gates: [], status: 'succeeded' }));

    expect(store.get().resources).toEqual(known.resources);
  });
});

describe('what nobody has looked at', () => {
  const changed = { ...web, config: { ...web.config, labels: { team: 'core' } } };

  it.each(['resting', 'awaited', 'unreachable'] as const)(
    'is not recorded as declared: its engine is %s',
    async (status) => {
      const inputs = { ...plan().inputs, engines: [engine({ status, facts: null })] };
      const { store, recording } = recordingOf({
        resources: [changed],
        recorded: recordedOf([web]),
        changes: [],
        plan: { inputs },
      });

      await recording.begin();
      recording.end(run({ steps: [], gates: [], status: 'succeeded' }));

      expect(store.get().resources).toEqual(recordedOf([web]).resources);
    },
  );
});

describe('what a second stage finds', () => {
  it('is unfinished from before it is done until it is, and is as it was where nobody got to it', async () => {
    const edit = change(web.address);
    const scene = { resources: [web], recorded: recordedOf([web]), changes: [] };
    const [done, left] = [recordingOf(scene), recordingOf(scene)];
    for (const { recording } of [done, left]) {
      await recording.begin();
      await recording.found([edit]);
    }
    const begun = done.store.get().resources[web.address];
    done.recording.changeDone(edit);
    left.recording.end(run({ steps: [], gates: [], status: 'cancelled' }));

    expect(begun).toMatchObject({ unfinished: true });
    expect(done.store.get().resources[web.address]).toMatchObject({ unfinished: false });
    expect(left.store.get().resources[web.address]).toMatchObject({ unfinished: false });
  });
});

describe('a run that holds what was healthy last', () => {
  const bad = { commit: 'b'.repeat(40), dirty: false };
  const good = { commit: 'a'.repeat(40), dirty: false };
  const quarantine: Quarantine = {
    revision: bad,
    digest: 'd',
    run: 'R1',
    since: '2026-01-31T10:00:00.000Z',
    at: '2026-01-31T10:00:00.000Z',
    failed: [web.address],
    reason: 'gate_not_met',
    why: 'it never answered',
    attempts: 2,
  };
  const before: Recorded = {
    ...recordedOf([]),
    revisions: { last_applied: good, last_attempted: bad, last_healthy: good, attempt_healthy: false },
    quarantine,
  };
  const made = creation(web.address, web.config);

  it('records what it did, and neither lifts the quarantine nor counts as an attempt at a revision', async () => {
    const scene = { resources: [web], recorded: before, changes: [made], purpose: 'hold' } as const;
    const { store, recording } = recordingOf(scene);

    await recording.begin();
    recording.changeDone(made);
    recording.end(run({ steps: [result(web.address, 'create')], gates: [], status: 'succeeded', revision: good }));

    expect(Object.keys(store.get().resources)).toEqual([web.address]);
    expect(store.get().quarantine).toBe(quarantine);
    expect(store.get().revisions).toEqual({ ...before.revisions, attempt_healthy: true });
  });

  it('puts nothing into quarantine where it fails', async () => {
    const scene = { resources: [web], recorded: before, changes: [made], purpose: 'hold' } as const;
    const { store, recording } = recordingOf(scene);

    await recording.begin();
    recording.end(
      run({ steps: [result(web.address, 'create', { status: 'failed' })], status: 'failed', revision: good }),
    );

    expect(store.get().quarantine).toBe(quarantine);
    expect(store.get().revisions).toEqual(before.revisions);
  });
});

describe('a run that fails', () => {
  const revision = { commit: 'a'.repeat(40), dirty: false };
  const healthy: Recorded = {
    ...recordedOf([web]),
    revisions: { last_applied: revision, last_attempted: revision, last_healthy: revision, attempt_healthy: true },
  };

  async function quarantineAfterA(made: Change, recorded: Recorded): Promise<Quarantine | null> {
    const { store, recording } = recordingOf({ resources: [web], recorded, changes: [made] });
    await recording.begin();
    recording.end(run({ steps: [result(web.address, 'create', { status: 'failed' })], status: 'failed', revision }));
    return store.get().quarantine;
  }

  it('to heal what was healthy blames no revision', async () => {
    expect(await quarantineAfterA({ ...creation(web.address, web.config), cause: 'world' }, healthy)).toBeNull();
  });

  it('to heal what was healthy blames no commit that wants the same either', async () => {
    const digest = desiredDigest(environment([web]));
    const elsewhere = { commit: 'b'.repeat(40), dirty: false };
    const known = { ...healthy, revisions: { ...healthy.revisions, last_healthy: elsewhere, healthy_digest: digest } };

    expect(await quarantineAfterA({ ...creation(web.address, web.config), cause: 'world' }, known)).toBeNull();
  });

  it('to heal what was healthy leaves it to the world, and what git asked for to itself', async () => {
    const unmet = {
      address: web.address,
      condition: 'service_started',
      met: false,
      reason: 'exited',
      gate: null,
    } as const;
    const unfinishedAfter = async (cause: Change['cause']): Promise<boolean | undefined> => {
      const made = { ...creation(web.address, web.config), cause };
      const { store, recording } = recordingOf({ resources: [web], recorded: healthy, changes: [made] });
      await recording.begin();
      recording.changeDone(made);
      recording.end(run({ steps: [result(web.address, 'create')], gates: [unmet], status: 'failed', revision }));
      return store.get().resources[web.address]?.unfinished;
    };

    expect(await unfinishedAfter('world')).toBe(false);
    expect(await unfinishedAfter('git')).toBe(true);
  });

  describe('for what somebody else stopped before, and the plan knows nothing of', () => {
    const other = desired('mon');
    const unmet = {
      address: other.address,
      condition: 'service_started',
      met: false,
      reason: 'exited',
      gate: { condition: 'service_started', probes: [], exit_code: 0, log_lines: [] },
    } as const;
    const made = { ...creation(web.address, web.config), cause: 'git' } as const;
    const drift: Plan['drift'] = [
      { address: other.address, engine: 'process', name: other.name, kind: 'differs', differences: [], cause: 'world' },
    ];

    async function storeAfter(carriedOut: Partial<Plan>, ended: Parameters<typeof run>[0]): Promise<Recorded> {
      const known = { ...healthy, ...recordedOf([web, other]), revisions: healthy.revisions };
      const fresh = { changes: [made, change(other.address, { cause: 'world' })], drift };
      const scene = { resources: [web, other], recorded: known, changes: [made], plan: fresh, carriedOut };
      const { store, recording } = recordingOf(scene);
      await recording.begin();
      recording.changeDone(made);
      const next = { commit: 'c'.repeat(40), dirty: false };
      recording.end(run({ status: 'failed', revision: next, ...ended }));
      return store.get();
    }

    it('blames neither its own changes nor the revision', async () => {
      const ended = { steps: [result(web.address, 'create')], gates: [unmet] };
      const { resources, quarantine } = await storeAfter({ changes: [made], drift: [] }, ended);

      expect(resources[other.address]?.unfinished).toBe(false);
      expect(quarantine).toBeNull();
    });

    it('blames neither where a step waited for it in vain', async () => {
      const waits = step(other.address, 'service_started', { phase: 'gate', changed: web.address });
      const waited = result(other.address, 'service_started', { phase: 'gate', status: 'failed' });
      const ended = { steps: [waited], gates: [] };
      const { resources, quarantine } = await storeAfter({ changes: [made], drift: [], steps: [waits] }, ended);

      expect(resources[other.address]?.unfinished).toBe(false);
      expect(quarantine).toBeNull();
    });

    it('blames the revision for what else failed, and names nothing else', async () => {
      const failed = result(web.address, 'start', { status: 'failed' });
      const ended = { steps: [failed], gates: [unmet] };
      const { quarantine } = await storeAfter({ changes: [made], drift: [] }, ended);

      expect(quarantine?.failed).toEqual([web.address]);
    });

    it('blames its steps where it reached into it', async () => {
      const reached = step(other.address, 'restart', { phase: 'alter', changed: web.address });
      const ended = { steps: [result(web.address, 'create')], gates: [unmet] };
      const { resources, quarantine } = await storeAfter({ changes: [made], drift: [], steps: [reached] }, ended);

      expect(resources[other.address]?.unfinished).toBe(true);
      expect(quarantine?.failed).toEqual([other.address]);
    });
  });

  it('to do what git asks for does, and so does one of a revision that never was healthy', async () => {
    const byWorld = { ...creation(web.address, web.config), cause: 'world' } as const;
    const unproven = { ...healthy, revisions: { ...healthy.revisions, last_healthy: null } };

    expect(await quarantineAfterA({ ...byWorld, cause: 'git' }, healthy)).toMatchObject({ revision, attempts: 1 });
    expect(await quarantineAfterA(byWorld, unproven)).toMatchObject({ revision, attempts: 1 });
  });
});

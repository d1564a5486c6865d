import { describe, expect, it } from 'vitest';
import type { Actuator, Observer } from '../../../src/drivers/driver.ts';
import type { VmSnapshot, VmSnapshotTrigger } from '../../../src/model/vm-snapshot.ts';
import { snapshotId, takeSystemSnapshot } from '../../../src/reconcile/vm-snapshots.ts';

function snapshot(id: string, trigger: VmSnapshotTrigger): VmSnapshot {
  return {
    id,
    vm_id: 'uuid',
    label: id,
    description: null,
    type: 'full',
    base_snapshot_id: null,
    size_bytes: 1,
    checksum_manifest: 'sha256:0',
    created_at: `2026-01-01T00:00:0${id.length}.000Z`,
    trigger,
    status: 'Running',
  };
}

/** An engine that keeps them in a list. */
function engine(kept: VmSnapshot[]): { readonly observer: Observer; readonly actuator: Actuator } {
  const machines = {
    snapshots: () => Promise.resolve({ ours: kept, foreign: [] }),
    takeSnapshot: (_: unknown, { id, trigger }: Pick<VmSnapshot, 'id' | 'trigger'>) => {
      const taken = snapshot(id, trigger);
      if (!kept.some((one) => one.id === id)) kept.push(taken);
      return Promise.resolve(taken);
    },
    restoreSnapshot: () => Promise.resolve({}),
    deleteSnapshot: (_: unknown, id: string) => {
      kept.splice(
        kept.findIndex((one) => one.id === id),
        1,
      );
      return Promise.resolve();
    },
  };
  return { observer: { machines } as unknown as Observer, actuator: { machines } as unknown as Actuator };
}

const STEP = { run: 'RUN', signal: new AbortController().signal, progress: () => undefined } as never;

const WANTED = {
  address: 'vm.box',
  object: { type: 'vm', name: 'demo-box' },
  label: 'before restart of vm.box',
  description: null,
  at: '2026-01-02T00:00:00.000Z',
} as const;

describe('a snapshot that trueup takes of a VM by itself', () => {
  it('lets the oldest of its kind go, and none that a person took or that is about to be restored', async () => {
    const kept = [snapshot('a', 'system'), snapshot('b', 'manual'), snapshot('c', 'system'), snapshot('d', 'system')];

    const taken = await takeSystemSnapshot({ ...WANTED, keep: 2, spared: 'a' }, { ...engine(kept), step: STEP });

    expect(kept.map(({ id }) => id)).toEqual(['a', 'b', 'd', taken.id]);
  });

  it('is one for each VM and run, however often the step is repeated', async () => {
    const kept: VmSnapshot[] = [];
    for (const _ of [1, 2]) await takeSystemSnapshot({ ...WANTED, keep: 3 }, { ...engine(kept), step: STEP });

    expect(kept).toHaveLength(1);
    expect(kept[0]?.id).toBe(snapshotId('RUN', 'vm.box'));
    expect(snapshotId('RUN', 'vm.box')).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-a[\da-f]{3}-[\da-f]{12}$/);
    expect(snapshotId('RUN', 'vm.other')).not.toBe(snapshotId('RUN', 'vm.box'));
  });
});

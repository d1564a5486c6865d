import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { NO_IMPACT } from '../../../src/diff/impact.ts';
import { ignoreHit } from '../../support/builders.ts';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/model/json.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { digestOf, readPlanFile, type SavedPlan, writePlanFile } from '../../../src/state/plan-file.ts';
import { CAN_MOUNT, containing, scratchFolder, smallDisk } from './scratch.ts';

const SOURCE = { file: 'environments/local/a.yaml', start: { line: 3, column: 5 }, end: { line: 3, column: 9 } };

const PLAN: Plan = {
  format_version: '1.0',
  environment: 'local',
  project: 'shop',
  revision: { commit: 'c'.repeat(40), dirty: false },
  mode: 'apply',
  inputs: {
    files: ['environments/local/a.yaml'],
    engines: [
      { name: 'process', driver: 'process', status: 'known', facts: { kind: 'process', version: '1' }, error: null },
    ],
    targets: [],
  },
  policies: { drift: 'report', on_failure: 'stop', rollback: 'service', prune: true },
  changes: [
    {
      address: 'service.web',
      previous_address: null,
      type: 'service',
      name: 'shop-web',
      engine: 'process',
      action: 'update',
      reason: 'differs',
      cause: 'git',
      before: { token: { $secret: 'ab'.repeat(32) } },
      after: { token: { $secret: 'cd'.repeat(32) } },
      after_unknown: false,
      differences: [
        {
          field_path: "$['token']",
          before: { $secret: 'ab'.repeat(32) },
          after: { $secret: 'cd'.repeat(32) },
          cause: 'git',
          severity: 'warning',
          impact: null,
          effect: 'restart',
          source: SOURCE,
        },
      ],
      source: SOURCE,
      depends_on: [],
      impact: { ...NO_IMPACT, restarts: ['service.web'], connections_dropped: true, downtime: true },
    },
  ],
  unchanged: 4,
  drift: [
    { address: 'service.db', engine: 'process', name: 'shop-db', kind: 'missing', differences: [], cause: 'world' },
  ],
  drift_ignored: ['volume.cache'],
  frozen: [
    {
      address: 'service.jobs',
      since: '2026-01-31T10:00:00.000Z',
      until: '2026-01-31T10:30:00.000Z',
      reason: 'looking for the leak',
      by: 'kim@host',
    },
  ],
  left_alone: ['service.jobs'],
  withheld: [{ address: 'volume.data', reason: 'protected', summary: 'volume.data is protected' }],
  conflicts: [{ address: 'service.x', engine: 'process', name: 'shop-x', summary: 'taken', source: null }],
  ignored: [ignoreHit('service.web', "$['labels']", { source: SOURCE })],
  diagnostics: [{ code: 'expired_rule', severity: 'warning', summary: 'expired', detail: null, source: SOURCE }],
  steps: [
    {
      id: 'service.web:start',
      address: 'service.web',
      changed: 'service.web',
      engine: 'process',
      name: 'shop-web',
      phase: 'start',
      verb: 'start',
      args: { name: 'shop-web' },
      cause: 'differs',
      depends_on: [{ step: 'service.db:gate', when: 'done' }],
    },
  ],
  applyable: true,
  complete: true,
};

const SAVED: SavedPlan = {
  format_version: '1.0',
  kind: 'saved_plan',
  plan: PLAN,
  digest: digestOf({ a: 1 }),
  touched: { 'service.web process shop-web': digestOf(null) },
};

describe('a saved plan', () => {
  it('comes back as it was written, from a file for its user alone', async () => {
    const path = join(scratchFolder(), 'a plan');

    await writePlanFile(path, SAVED);

    expect(await readPlanFile(path)).toEqual(SAVED);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('replaces what was there, for its user alone even if that was open to all', async () => {
    const path = join(scratchFolder(), 'plan');
    writeFileSync(path, 'something else', { mode: 0o666 });

    await writePlanFile(path, SAVED);

    expect(await readPlanFile(path)).toEqual(SAVED);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('cut anywhere is refused', async () => {
    const path = join(scratchFolder(), 'plan');
    await writePlanFile(path, SAVED);
    const bytes = readFileSync(path);

    for (let length = 0; length < bytes.length - 1; length += 7) {
      writeFileSync(path, bytes.subarray(0, length));
      await expect(readPlanFile(path)).rejects.toMatchObject({ code: 'invalid_plan_file' });
    }
  });

  it('of another shape is refused with the place', async () => {
    const path = join(scratchFolder(), 'plan');
    const step = PLAN.steps[0];
    const cases: readonly (readonly [unknown, string])[] = [
      [{}, "$['format_version']"],
      [{ ...SAVED, format_version: '2.0' }, 'written by a newer trueup (format 2.0)'],
      [{ ...SAVED, kind: 'plan' }, "$['kind'] is none of saved_plan"],
      [PLAN, "$['kind']"],
      [{ ...SAVED, digest: 'x' }, "$['digest']"],
      [{ ...SAVED, touched: { web: SAVED.digest } }, "$['touched']['web'] is not an address"],
      [{ ...SAVED, plan: { ...PLAN, format_version: '2.0' } }, "$['plan']['format_version']"],
      [{ ...SAVED, plan: { ...PLAN, mode: 'other' } }, "$['plan']['mode'] is none of apply, destroy"],
      [
        { ...SAVED, plan: { ...PLAN, steps: [{ ...step, args: [] }] } },
        "$['plan']['steps'][0]['args'] is not an object",
      ],
      [{ ...SAVED, plan: { ...PLAN, steps: [{ ...step, depends_on: ['x'] }] } }, "['depends_on'][0] is not an object"],
    ];

    for (const [value, reason] of cases) {
      writeFileSync(path, JSON.stringify(value));
      await expect(readPlanFile(path)).rejects.toMatchObject({
        code: 'invalid_plan_file',
        message: containing(reason),
        next: containing('trueup plan --out'),
      });
    }
  });

  it('without any of its members is refused', async () => {
    const path = join(scratchFolder(), 'plan');
    for (const member of Object.keys(PLAN)) {
      const plan = Object.fromEntries(Object.entries(PLAN).filter(([key]) => key !== member));
      writeFileSync(path, JSON.stringify({ ...SAVED, plan }));
      await expect(readPlanFile(path)).rejects.toMatchObject({ message: containing(`['${member}']`) });
    }
  });

  it('that is missing, or a folder, is refused', async () => {
    const folder = scratchFolder();

    await expect(readPlanFile(join(folder, 'missing'))).rejects.toMatchObject({
      code: 'invalid_plan_file',
      message: containing('no such file'),
    });
    await expect(readPlanFile(folder)).rejects.toMatchObject({ code: 'invalid_plan_file' });
  });

  it('that cannot be written is an error with path and errno, and leaves nothing', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'taken'));
    const path = join(folder, 'missing', 'plan');

    await expect(writePlanFile(path, SAVED)).rejects.toMatchObject({
      code: 'plan_unwritable',
      fields: { path, errno: 'ENOENT' },
    });
    await expect(writePlanFile(join(folder, 'taken'), SAVED)).rejects.toMatchObject({ code: 'plan_unwritable' });
    expect(readdirSync(folder)).toEqual(['taken']);
  });

  it.skipIf(!CAN_MOUNT)('stays as it was on a full disk (needs to mount)', async () => {
    const path = join(smallDisk('64k'), 'plan');
    await writePlanFile(path, SAVED);
    const changes = Array.from({ length: 200 }, () => PLAN.changes).flat();

    await expect(writePlanFile(path, { ...SAVED, plan: { ...PLAN, changes } })).rejects.toMatchObject({
      code: 'plan_unwritable',
      fields: { errno: 'ENOSPC' },
    });
    expect(await readPlanFile(path)).toEqual(SAVED);
  });
});

describe('a digest', () => {
  it('is equal for equal values in any order of keys, and differs otherwise', () => {
    expect(digestOf({ a: 1, b: [2, null] })).toBe(digestOf({ b: [2, null], a: 1 }));
    expect(digestOf({ a: 1 })).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf([1, 2])).not.toBe(digestOf([2, 1]));
    fc.assert(
      fc.property(
        fc.jsonValue(),
        (value) => digestOf(value as Json) === digestOf(JSON.parse(JSON.stringify(value)) as Json),
      ),
    );
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtInDrivers } from '../../../src/drivers/registry.ts';
import { openWorkspace, type Workspace } from '../../../src/flow/workspace.ts';
import type { ScheduleRule } from '../../../src/model/notification.ts';
import { SILENT_LOG } from '../../../src/serve/log/log.ts';
import { scheduledWork } from '../../../src/serve/schedules/scheduled-work.ts';
import type { ServedEnvironment } from '../../../src/serve/served.ts';
import { drift, plan } from '../../support/builders.ts';
import { type MemoryServed, memoryServed } from '../../support/memory-served.ts';
import { schemaErrors } from '../../support/schemas.ts';
import { git, scratchFolder } from '../git/scratch-repo.ts';

let state = '';

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'trueup-state-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

function repo(): string {
  const root = scratchFolder();
  git(root, 'init', '--quiet');
  return root;
}

function rule(overrides: Partial<ScheduleRule> = {}): ScheduleRule {
  return { name: 'often', cron: '* * * * *', time_zone: null, task: 'drift', environments: null, ...overrides };
}

async function open(root: string): Promise<Workspace> {
  const environment = { PATH: process.env['PATH'], XDG_STATE_HOME: state };
  const given = { directory: root, drivers: builtInDrivers, environment, changing: false };
  return openWorkspace(given, new AbortController().signal);
}

async function work(
  root: string,
  served: MemoryServed,
  overrides: Partial<ScheduleRule> = {},
): Promise<readonly string[]> {
  const lines: string[] = [];
  const log = {
    ...SILENT_LOG,
    warn: (fields: object, message: string) => lines.push(`${message} ${JSON.stringify(fields)}`),
  };
  const options = {
    served,
    isOurs: (id: string) => id.startsWith('shop/'),
    place: await open(root),
    version: '9.9.9',
    log,
  };
  await scheduledWork(rule(overrides), options, new AbortController().signal);
  return lines;
}

/** What it asked of each environment. */
function planned(served: MemoryServed, answer: (name: string) => ReturnType<ServedEnvironment['plan']>): MemoryServed {
  for (const environment of served.all) environment.plan = () => answer(environment.name);
  return served;
}

describe('a schedule that looks for drift', () => {
  it('leaves a report of each environment of its repo, also where nothing has drifted, and asks for nothing', async () => {
    const root = repo();
    const served = planned(memoryServed(['shop/local', 'shop/ci', 'other/local']), (name) =>
      Promise.resolve(
        plan({ environment: name, drift: name === 'ci' ? [drift('service.web', { kind: 'missing' })] : [] }),
      ),
    );

    expect(await work(root, served)).toEqual([]);

    const reports = join(root, 'reports');
    expect(
      readdirSync(reports)
        .filter((name) => !name.startsWith('.'))
        .sort(),
    ).toEqual(['ci', 'local']);
    for (const name of ['ci', 'local']) {
      const report: unknown = JSON.parse(readFileSync(join(reports, name, 'drift/latest.json'), 'utf8'));
      expect(schemaErrors('drift', report)).toEqual([]);
      expect(report).toMatchObject({
        environment: name,
        trueup_version: '9.9.9',
        summary: { missing: name === 'ci' ? 1 : 0 },
      });
    }
    expect(served.all.flatMap(({ asked }) => asked)).toEqual([]);
  });

  it('goes on with the others where one cannot be looked at', async () => {
    const root = repo();
    const served = planned(memoryServed(['shop/a', 'shop/b']), (name) =>
      name === 'a' ? Promise.reject(new Error('no engine')) : Promise.resolve(plan({ environment: name })),
    );

    const lines = await work(root, served);

    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('no engine');
    expect(readdirSync(join(root, 'reports'))).toContain('b');
  });
});

describe('a schedule that reconciles', () => {
  it('asks for a pass that waits for backoff and quarantine, where it is to', async () => {
    const root = repo();
    const served = memoryServed(['shop/local', 'shop/ci', 'other/local']);

    await work(root, served, { task: 'reconcile', environments: ['local'] });

    expect(served.all.map(({ asked }) => asked)).toEqual([
      [{ kind: 'schedule', reason: 'schedule often', addresses: null, isWord: false }],
      [],
      [],
    ]);
  });
});

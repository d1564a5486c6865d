import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonArray, member, parseJson } from '../../src/model/json.ts';
import { scratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';
import { MANIFEST, shop } from '../support/shop.ts';

function sleeping(count: string): string {
  return `services: { web: { process: { command: [sleep, "1000"] }, environment_variables: { COUNT: "${count}" } } }\n`;
}

/** Every report of a kind, oldest first, without `latest.json`. */
function reportsOf(root: string, kind: string): readonly string[] {
  const folder = join(root, 'reports/local', kind);
  return readdirSync(folder)
    .filter((name) => name !== 'latest.json')
    .sort()
    .map((name) => join(folder, name));
}

describe('estimates of earlier runs', () => {
  it('stand in the text and the report of a plan, and in no plan', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: sleeping('1') });
    await repo.trueup(['apply', '--auto-approve']);
    await repo.write({ [MANIFEST]: sleeping('2') });
    const first = await repo.trueup(['plan']);
    await repo.trueup(['apply', '--auto-approve']);
    await repo.write({ [MANIFEST]: sleeping('3') });

    const { stdout } = await repo.trueup(['plan']);
    const printed = await repo.trueup(['plan', '--output', 'json', '--no-report']);

    expect(first.stdout).not.toContain('expected downtime');
    expect(stdout).toMatch(/expected downtime about [\d.]+ m?s, by 1 earlier run$/m);
    expect(printed.stdout).not.toContain('downtime_ms');
    const reports = reportsOf(repo.root, 'plan').map((file) => parseJson(readFileSync(file, 'utf8')));
    for (const report of reports) expect(schemaErrors('plan', report)).toEqual([]);
    const estimates = reports.map((report) => member(report, 'estimates'));
    expect(estimates).toMatchObject([
      [{ address: 'service.web', downtime_ms: null, runs: 0 }],
      [{ address: 'service.web', runs: 1 }],
    ]);
    const second = estimates[1];
    expect(member(isJsonArray(second) ? second[0] : null, 'downtime_ms')).toBeTypeOf('number');
  });
});

describe('what commands print and write as JSON', () => {
  it('validates against its schema, from the first plan to destroy', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    const printed: readonly (readonly [schema: string, args: readonly string[]])[] = [
      ['validate', ['validate']],
      ['show', ['show', 'local']],
      ['plan', ['plan']],
      ['run', ['apply', '--auto-approve']],
      ['status', ['status']],
      ['run', ['stop', 'worker']],
      ['drift', ['drift']],
      ['run', ['restart', 'api']],
      ['run', ['destroy', 'local', '--volumes', '--auto-approve']],
      ['diagnostics', ['plan', 'no-such-environment']],
    ];

    for (const [schema, args] of printed) {
      const { stdout } = await repo.trueup([...args, '--output', 'json']);
      expect(schemaErrors(schema, JSON.parse(stdout))).toEqual([]);
    }

    for (const kind of ['plan', 'run', 'drift']) {
      const files = reportsOf(repo.root, kind);
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) expect(schemaErrors(kind, JSON.parse(readFileSync(file, 'utf8')))).toEqual([]);
      const latest = readFileSync(join(repo.root, 'reports/local', kind, 'latest.json'), 'utf8');
      expect(latest).toBe(readFileSync(files.at(-1) ?? '', 'utf8'));
    }
    expect(await repo.git('status', '--porcelain', '--untracked-files=all')).toBe('');
  });

  it('carries the failure of a gate with its probes, exit status and last lines', async () => {
    const more = `  broken:\n    process: { command: [sh, -c, "echo cannot bind; exit 7"] }\n`;
    await using repo = await scratchRepo({ [MANIFEST]: shop({ more }) });

    const { stdout, status } = await repo.trueup(['apply', '--auto-approve', '--output', 'json']);

    const run = JSON.parse(stdout) as {
      status: string;
      steps: readonly { id: string; gate: unknown; status: string }[];
      gates: readonly { address: string; gate: unknown; met: boolean }[];
    };
    expect(schemaErrors('run', run)).toEqual([]);
    expect(status).toBe(3);
    // It may still have run when its gate was asked; then the last look finds it gone.
    const gate =
      run.steps.find(({ id, status }) => id === 'service.broken:service_started' && status === 'failed') ??
      run.gates.find(({ address, met }) => address === 'service.broken' && !met);
    expect(JSON.stringify(gate)).toContain('cannot bind');
  });

  it('keeps as many reports as the settings say', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop(), 'trueup.yaml': 'reports: { keep: 2 }\n' });

    for (let round = 0; round < 4; round += 1) await repo.trueup(['plan']);

    expect(reportsOf(repo.root, 'plan')).toHaveLength(2);
  });

  it('warns when a report cannot be written, and does what it was asked for', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop(), reports: 'a file where the folder should be' });

    const applied = await repo.trueup(['apply', '--auto-approve']);

    expect(applied.status).toBe(0);
    expect(applied.stderr).toContain('report_unwritable');
    expect(Object.keys(await repo.pids())).toHaveLength(3);
  });
});

/** What people say of differences: ignore rules of manifests hold for drift, plan and apply alike; severities of trueup.yaml. */
import { describe, expect, it } from 'vitest';
import { valueAt } from '../../src/model/field-path.ts';
import { member, parseJson } from '../../src/model/json.ts';
import { schemaErrors } from '../support/schemas.ts';
import { type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { MANIFEST } from '../support/shop.ts';

const APPLY = ['apply', '--auto-approve'] as const;

function manifest(build: string, rules = ''): string {
  return `name: local
project: shop
services: { web: { process: { command: [sleep, "1000"] }, labels: { build: "${build}" } } }
${rules}`;
}

const RULES = `ignore_differences:
  - { address: service.web, field_path: "$.labels[?@ == '2']", reason: set by CI }
  - { address: service.web, field_path: $.role, reason: old, until: 2020-01-01 }
  - { address: service.web, field_path: $..TZ, reason: unused }
`;

/** One label differs, and nobody knows who changed it. */
async function labelled(): Promise<ScratchRepo> {
  const repo = await scratchRepo({ [MANIFEST]: manifest('1') });
  await repo.trueup([...APPLY]);
  await repo.removeState();
  await repo.write({ [MANIFEST]: manifest('2') });
  return repo;
}

describe('ignore rules', () => {
  it('hold for drift, plan and apply alike', async () => {
    await using repo = await labelled();
    const before = [await repo.trueup(['drift']), await repo.trueup(['plan', '--detailed-exitcode'])];
    const pids = await repo.pids();
    await repo.write({ [MANIFEST]: manifest('2', RULES) });

    const after = [await repo.trueup(['drift']), await repo.trueup(['plan', '--detailed-exitcode'])];
    const validated = await repo.trueup(['validate']);
    const applied = await repo.trueup([...APPLY]);

    expect(before.map(({ status }) => status)).toEqual([2, 2]);
    expect(after.map(({ status }) => status)).toEqual([0, 0]);
    for (const { stdout } of after) {
      expect(stdout).toContain(`Ignored:
  service.web $.labels[?@ == '2']: 1 difference (set by CI)

Ignore rules:
  service.web role: expired on 2020-01-01 (old) environments/local/environment.yaml:6:5
  service.web $..TZ: hit nothing (unused) environments/local/environment.yaml:7:5
`);
    }
    // Plan and drift say it where they say the others; validate has no other place for it.
    expect(after.map(({ stderr }) => stderr)).toEqual(['', '']);
    expect(validated.stdout + validated.stderr).toContain('expired_rule');
    expect(applied).toMatchObject({ status: 0 });
    expect(await repo.pids()).toEqual(pids);
  });
});

describe('severities of trueup.yaml', () => {
  it('come before those of trueup, in documents that fit their schemas', async () => {
    await using repo = await labelled();
    const weightOf = async (): Promise<unknown> => {
      const document = parseJson((await repo.trueup(['drift', '--output', 'json'])).stdout);
      expect(schemaErrors('drift', document)).toEqual([]);
      const difference = valueAt(document, "$['resource_drift'][0]['differences'][0]");
      return [member(difference, 'severity'), member(difference, 'impact')];
    };
    const builtIn = await weightOf();
    const rule = '{ address: local/service.web, field_path: $.labels.build, severity: critical, impact: nobody knows }';
    await repo.write({ 'trueup.yaml': `severities: [${rule}]\n` });

    expect(builtIn).toEqual(['info', 'tools that select by labels see it in another way']);
    expect(await weightOf()).toEqual(['critical', 'nobody knows']);
  });
});

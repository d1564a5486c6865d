import { describe, expect, it } from 'vitest';
import { desiredChanges } from '../../../src/flow/bisect-differences.ts';
import type { Bisected, CommitInfo, Judgement } from '../../../src/model/bisect.ts';
import type { GateCheck } from '../../../src/model/run.ts';
import { bisectDocument } from '../../../src/report/bisect-document.ts';
import { judgementText, renderBisected } from '../../../src/report/bisect-text.ts';
import { PLAIN, plan, run } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';
import { loadOne } from '../manifest/support.ts';

function commit(letter: string, subject: string): CommitInfo {
  return {
    commit: letter.repeat(40),
    parents: ['0'.repeat(40)],
    author: 'Kim',
    date: '2026-01-31T10:20:30+01:00',
    subject,
  };
}

const UNMET: GateCheck = {
  address: 'service.web',
  condition: 'service_healthy',
  met: false,
  reason: 'it does not answer',
  gate: null,
};

const GOOD: Judgement = {
  commit: commit('a', 'Works'),
  verdict: 'good',
  reason: null,
  same_as: null,
  duration_ms: 1200,
  diagnostics: [],
  environment: null,
  staged: null,
};

async function bisected(): Promise<Bisected> {
  const secret = '{ secret: true, value: tomato-soup }';
  const before = await loadOne(`services:
  web: { process: { command: [old] }, environment_variables: { TOKEN: ${secret} } }
  gone: { process: { command: [run] } }`);
  const after = await loadOne(`services:
  web: { process: { command: [new] }, environment_variables: { TOKEN: plain } }
  come: { process: { command: [run] } }`);
  const bad: Judgement = {
    ...GOOD,
    commit: commit('b', 'Breaks \u001B[31mit'),
    verdict: 'bad',
    reason: 'service.web: it does not answer',
    environment: after,
    staged: {
      plan: plan(),
      run: run({ status: 'failed', gates: [UNMET] }),
    },
  };
  return {
    environment: 'local',
    good: GOOD.commit,
    bad: bad.commit,
    first_bad: bad,
    parent: '0'.repeat(40),
    changes: desiredChanges(before, after),
    judged: [GOOD, bad],
  };
}

describe('a bisect', () => {
  it('is told with the commit, the evidence and the differences, and no secret', async () => {
    const text = renderBisected(await bisected(), 8200, PLAIN);

    expect(text).toContain('First bad commit: bbbbbbbbbbbb "Breaks');
    expect(text).not.toContain('\u001B');
    expect(text).toContain('it does not answer');
    expect(text).toContain('process.command: ["old"] → ["new"] environments/local/main.yaml:2:');
    expect(text).toMatch(/service\.come added environments\/local\/main\.yaml:3:/);
    expect(text).toContain('service.gone removed');
    expect(text).not.toContain('tomato-soup');
    expect(text).not.toContain('"plain"');
    expect(text).toContain('Looked at 2 commits of local in 8.2 s.');
  });

  it('fits its schema, and holds no secret and no hash of one', async () => {
    const document = bisectDocument(await bisected(), { unpinned: ['.env: variables'], durationMs: 8200 });

    expect(schemaErrors('bisect', document)).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('tomato-soup');
    expect(document).toMatchObject({
      first_bad: { failures: [{ address: 'service.web', step: null, reason: 'it does not answer' }] },
      changes: [
        { address: 'service.come', kind: 'added' },
        { address: 'service.gone', kind: 'removed' },
        { address: 'service.web', kind: 'changed' },
      ],
    });
    expect(
      schemaErrors(
        'bisect',
        bisectDocument({ ...(await bisected()), parent: null, changes: null }, { unpinned: [], durationMs: 1 }),
      ),
    ).toEqual([]);
  });

  it('tells of each look in a line', () => {
    expect(judgementText(GOOD)).toBe('good  aaaaaaaaaaaa "Works" (Kim, 2026-01-31), 1.2 s');
    expect(judgementText({ ...GOOD, verdict: 'bad', reason: 'no', same_as: 'c'.repeat(40) })).toBe(
      'bad   aaaaaaaaaaaa "Works" (Kim, 2026-01-31), declares the same as cccccccccccc: no',
    );
  });
});

describe('what two revisions declare', () => {
  it('differs in nothing where they are the same', async () => {
    const [left, right] = await Promise.all(
      [1, 2].map(() => loadOne('services: { web: { process: { command: [run] } } }')),
    );

    expect(left === undefined || right === undefined ? null : desiredChanges(left, right)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Cause } from '../../../../src/model/change.ts';
import { findingsReport, mistakesReport } from '../../../../src/report/formats/findings-report.ts';
import { change, creation, diagnostic, difference, engine, plan } from '../../../support/builders.ts';
import { hostilePlan, richPlan } from '../../../support/formats/rich-plan.ts';

function same(text: string): string {
  return text;
}

describe('findingsReport', () => {
  it('takes known secrets out wherever they stand, names included', () => {
    const known = 's3cret<&>word';
    const mask = (text: string): string => text.replaceAll(known, '(secret)');

    for (const kind of ['plan', 'drift'] as const) {
      expect(JSON.stringify(findingsReport(kind, [hostilePlan(known)], mask))).not.toContain('s3cret');
    }
    const mistakes = mistakesReport('plan', [diagnostic({ summary: known, detail: known })], mask);
    expect(JSON.stringify(mistakes)).not.toContain('s3cret');
  });

  it('finds a long secret in a value or a sentence before that is shortened', () => {
    const known = 's3cret'.repeat(100);
    const mask = (text: string): string => text.replaceAll(known, '(secret)');
    const differences = [difference(['process', 'command'], { before: known, after: [`--token=${known}`] })];
    const told = plan({
      changes: [change('service.web', { differences }), creation('service.new', { process: { command: [known] } })],
      inputs: { files: [], engines: [engine({ status: 'unreachable', error: known })], targets: [] },
      withheld: [{ address: 'volume.data', reason: 'protected', summary: `it says ${known}` }],
      diagnostics: [diagnostic({ summary: known, detail: known })],
    });

    expect(JSON.stringify(findingsReport('plan', [told], mask))).not.toContain('s3cret');
  });

  it('ranks what loses data first, then what is severe, then what takes away', () => {
    const { environments } = findingsReport('plan', [richPlan()], same);

    expect(environments[0]?.findings.map(({ address, severity }) => [address, severity])).toEqual([
      ['volume.old', 'critical'],
      ['service.api', 'error'],
      ['service.web', 'info'],
    ]);
  });

  it('shows what git means to change one level lower and without its impact, and everything else as it is found', () => {
    const severities = ['critical', 'error', 'warning', 'info'] as const;
    const shownOf = (cause: Cause): readonly unknown[] =>
      severities.map((severity) => {
        const differences = [difference(['labels', 'x'], { cause, severity, effect: 'in_place', impact: 'It hurts.' })];
        const { environments } = findingsReport(
          'plan',
          [plan({ changes: [change('service.a', { differences })] })],
          same,
        );
        const [finding] = environments[0]?.findings ?? [];
        return [finding?.severity, finding?.fields[0]?.severity, finding?.fields[0]?.notes.join('; ')];
      });
    const found = (notes: string): readonly unknown[] => severities.map((severity) => [severity, severity, notes]);

    expect(shownOf('git')).toEqual([
      ['error', 'error', ''],
      ['warning', 'warning', ''],
      ['info', 'info', ''],
      ['info', 'info', ''],
    ]);
    expect(shownOf('world')).toEqual(found('changed outside of git; It hurts.'));
    expect(shownOf('both')).toEqual(found('changed in git and outside; It hurts.'));
    expect(shownOf('unknown')).toEqual(found('cause unknown; It hurts.'));
  });

  it('says what is carried out by nobody, and what is gone though git wants it, as errors', () => {
    const cannot = change('service.a', {
      differences: [difference(['labels', 'x'], { severity: 'info', effect: 'unsupported' })],
    });
    const gone = creation('service.b', {}, { cause: 'world' });
    const fresh = creation('service.c', {}, { cause: 'git' });

    const { environments } = findingsReport('plan', [plan({ changes: [cannot, gone, fresh] })], same);

    expect(environments[0]?.findings.map(({ severity }) => severity)).toEqual(['error', 'error', 'info']);
  });

  it('says which revision is compared with which, and what a revision does not decide', () => {
    const inputs = {
      files: [],
      engines: [engine({ status: 'supposed' })],
      targets: [],
      against: { commit: '9'.repeat(40), dirty: false },
      unpinned: ['.env'],
    } as const;

    const changes = [creation('image.a:2', { reference: 'a:2' })];
    const { environments } = findingsReport('plan', [plan({ inputs, changes })], same);

    // Nobody asked an engine what it has.
    expect(environments[0]?.findings.map(({ what, why }) => `${what} (${why})`)).toEqual([
      'will be pulled (was not declared before)',
    ]);
    expect(environments[0]?.revision).toBe('1a2b3c4 against 9999999');
    expect(environments[0]?.remarks.map(({ text }) => text)).toEqual(['not decided by the revision: .env']);
  });
});

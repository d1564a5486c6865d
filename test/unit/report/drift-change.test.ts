import { describe, expect, it } from 'vitest';
import type { DriftChange } from '../../../src/model/drift-change.ts';
import { driftChangeDocument, driftChangeText, type DriftNews } from '../../../src/report/drift-change.ts';
import { difference, drift, PLAIN } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

const WEB = drift('service.web', {
  differences: [difference(['user'], { cause: 'world', before: 'you', after: 'me' })],
});

function news(what: DriftNews['what']): DriftNews {
  return { at: new Date(2026, 0, 31, 12, 0, 1), environment: 'local', what };
}

const ALL: readonly DriftNews['what'][] = [
  { kind: 'drifted', drift: WEB },
  { kind: 'changed', drift: drift('service.db', { kind: 'missing' }) },
  ...(['differs', 'missing', 'undeclared'] as const).map(
    (kind): DriftChange => ({ kind: 'mended', drift: drift('service.web', { kind, name: 'other' }) }),
  ),
  { kind: 'engine_lost', engine: 'docker', reason: 'refused\u001b[2J' },
  { kind: 'engine_back', engine: 'docker' },
];

describe('driftChangeText', () => {
  it('tells when, what, and each difference', () => {
    expect(ALL.map((what) => driftChangeText(news(what), PLAIN, false))).toEqual([
      [
        '12:00:01  ~ service.web differs',
        '      user: is "you", declared "me" [changed outside of git] environments/local/web.yaml:9:7',
      ].join('\n'),
      '12:00:01  - service.db is gone [changed outside of git]',
      '12:00:01  = service.web is as declared again',
      '12:00:01  = service.web is there again',
      '12:00:01  = service.web has lost what is in no manifest (other)',
      '12:00:01  engine docker does not answer: refused\\u001b[2J',
      '12:00:01  engine docker answers again',
    ]);
  });

  it('names the environment where there are several', () => {
    expect(driftChangeText(news({ kind: 'engine_back', engine: 'docker' }), PLAIN, true)).toContain(
      ' local/engine docker',
    );
    expect(driftChangeText(news({ kind: 'mended', drift: WEB }), PLAIN, true)).toContain(' local/service.web ');
  });
});

describe('driftChangeDocument', () => {
  it('fits its schema', () => {
    for (const what of ALL) expect(schemaErrors('drift-change', driftChangeDocument(news(what)))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { maskedDetail } from '../../../src/serve/log/masked-detail.ts';
import { diagnostic } from '../../support/builders.ts';
import { oneOfEach } from '../../support/serve-events.ts';

const SECRET = 'hunter22';

function mask(text: string): string {
  return text.replaceAll(SECRET, '(secret)');
}

/** The same with the secret in every text that is said for people. */
function quoting(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => quoting(item, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, quoting(item, name)]));
  }
  const isSaid = ['reason', 'reasons', 'why', 'message', 'next', 'summary', 'detail'].includes(key);
  return isSaid && typeof value === 'string' ? `${value} ${SECRET}` : value;
}

describe('what is told', () => {
  it('has no known secret in what it quotes, whatever it is', () => {
    // What a run tells, and how it ended, is masked where it is made.
    const events = oneOfEach().filter(({ type }) => type !== 'progress');
    const quoted = events.map((event) => quoting({ ...event, run: null }) as (typeof events)[number]);

    const told = quoted.map((event) => maskedDetail(event, mask));

    expect(JSON.stringify(quoted).split(SECRET).length).toBeGreaterThan(12);
    expect(JSON.stringify(told)).not.toContain(SECRET);
    expect(told.map(({ type }) => type)).toEqual(events.map(({ type }) => type));
  });

  it('has none in the facts of a failure and the help of a diagnostic either', () => {
    const fields = { port: 80, tried: [{ url: `http://u:${SECRET}@host/` }] };
    const detail = maskedDetail(
      {
        type: 'pass_ended',
        outcome: 'failed',
        revision: { commit: null, dirty: false },
        duration_ms: 1,
        run: null,
        failure: { code: 'step_failed', message: `no ${SECRET}`, retryable: true, fields, next: `not ${SECRET}` },
        diagnostics: [diagnostic({ summary: `is ${SECRET}`, detail: `was ${SECRET}` })],
        next_at: null,
      },
      mask,
    );

    expect(JSON.stringify(detail)).not.toContain(SECRET);
    expect(detail).toMatchObject({ failure: { fields: { port: 80, tried: [{ url: 'http://u:(secret)@host/' }] } } });
  });
});

import { describe, expect, it } from 'vitest';
import { serveEventLine } from '../../../src/serve/log/event-line.ts';
import { passEnded, served } from '../../support/serve-events.ts';

const HEALTHY = '1'.repeat(40);
const FAILED = 'f'.repeat(40);
const WHERE = 'https://git.example/shop.git';

function held(revision: string | null): string | null {
  const found = revision === null ? null : { commit: revision, dirty: false };
  return serveEventLine(passEnded({ outcome: 'held', revision: { commit: FAILED, dirty: false }, held: found }));
}

it('what is held is named, and not what failed', () => {
  expect(held(HEALTHY)).toContain('held at 1111111, in place of fffffff');
  expect(held(FAILED)).toContain('held at fffffff');
  expect(held(null)).toContain('held: fffffff is left alone, and nothing else is known to have been healthy');
});

it('a freeze is told with its end and its reason', () => {
  const freeze = { address: 'service.web', reason: 'looking at it', since: '2026-01-31T10:00:00.000Z' } as const;
  const brief = { ...freeze, until: '2026-01-31T10:00:04.000Z' };
  const short = served({ type: 'frozen', ...brief });
  const long = served({ type: 'frozen', ...freeze, until: '2026-01-31T11:00:00.000Z' });

  expect(serveEventLine(short)).toMatch(/^service\.web is frozen until \d{4}-\d\d-\d\d \d\d:\d\d:04: looking at it$/);
  expect(serveEventLine(long)).toMatch(/^service\.web is frozen until \d{4}-\d\d-\d\d \d\d:\d\d: looking at it$/);
  expect(serveEventLine(served({ type: 'freeze_ended', ...brief }))).toBe(
    'service.web is frozen no more (looking at it)',
  );
});

function lost(why: string): string | null {
  const common = { environment: 'shop/local', at: '2026-01-31T10:00:00.000Z' };
  return serveEventLine({ ...common, type: 'source_lost', what: '/repos/shop', why });
}

describe('the line of a source that is lost', () => {
  it('says what cannot be done, once', () => {
    expect(lost('main has no commit')).toBe(
      '/repos/shop cannot be read: main has no commit; what was declared last is held',
    );
    expect(lost('/repos/shop cannot be read: permission denied')).toBe(
      '/repos/shop cannot be read: permission denied; what was declared last is held',
    );
    expect(lost('/repos/shop no longer has branch "main"; commit 1a2b3c4d5e6f stays')).toBe(
      '/repos/shop no longer has branch "main"; commit 1a2b3c4d5e6f stays',
    );
    expect(lost('.trueup/owners cannot be written: no space left')).toBe(
      '/repos/shop: .trueup/owners cannot be written: no space left; what was declared last is held',
    );
    expect(lost('commit 1a2b3c is refused: nobody signed it')).toBe(
      '/repos/shop: commit 1a2b3c is refused: nobody signed it; what was declared last is held',
    );
  });
});

it('what the reader can do stands behind what is wrong', () => {
  const failure = { code: 'remote_denied', retryable: false, fields: {}, next: 'did you mean "main"?' } as const;
  const lostOne = {
    type: 'source_lost',
    what: WHERE,
    why: `${WHERE} has no branch "mian"`,
    next: failure.next,
  } as const;

  expect(serveEventLine(served(lostOne))).toBe(
    `${WHERE} has no branch "mian"; what was declared last is held; did you mean "main"?`,
  );
  expect(serveEventLine(passEnded({ outcome: 'blocked', failure: { ...failure, message: 'it is denied' } }))).toContain(
    'it is denied; did you mean "main"? (',
  );
});

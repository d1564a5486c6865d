import { describe, expect, it } from 'vitest';
import { serveEventLine } from '../../../src/serve/event-line.ts';

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
    expect(lost('.trueup/owners cannot be written: no space left')).toBe(
      '/repos/shop: .trueup/owners cannot be written: no space left; what was declared last is held',
    );
    expect(lost('commit 1a2b3c is refused: nobody signed it')).toBe(
      '/repos/shop: commit 1a2b3c is refused: nobody signed it; what was declared last is held',
    );
  });
});

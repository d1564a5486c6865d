import { describe, expect, it } from 'vitest';
import { refusal, watchWords } from '../../../src/cli/watch/one-watch.ts';
import { TrueupError } from '../../../src/model/failure.ts';

function nextOf(command: string, names: readonly string[]): string | null {
  const error = new TrueupError('already_served', 'served already', { fields: { pid: 4711, command }, next: 'end it' });
  const refused = refusal(error, names);
  return refused instanceof TrueupError ? refused.next : null;
}

describe('a second watch of a repo', () => {
  it('is told which command watches what both want', () => {
    expect(nextOf('trueup watch local', ['staging'])).toContain('`trueup watch local staging`');
    expect(nextOf('trueup watch local staging', ['staging', 'other'])).toContain('`trueup watch local staging other`');
    expect(nextOf('trueup watch local', [])).toMatch(/`kill 4711`.*`trueup watch`/);
  });

  it('is told where the first one does it already', () => {
    for (const [command, names] of [
      ['trueup watch', ['local']],
      ['trueup watch', []],
      ['trueup watch local staging', ['staging']],
    ] as const) {
      expect(nextOf(command, names)).toContain('watches this already');
    }
  });

  it('is told no more than it knows of anything else', () => {
    expect(nextOf('trueup serve', ['local'])).toBe('end it');
    expect(refusal('no error', [])).toBe('no error');
    expect(watchWords([])).toBe('trueup watch');
  });
});

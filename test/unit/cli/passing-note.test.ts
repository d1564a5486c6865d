import { describe, expect, it } from 'vitest';
import { PassingNote } from '../../../src/cli/watch/passing-note.ts';

describe('a note of the screen', () => {
  it('stays where it says what is so', () => {
    const note = new PassingNote();
    note.says('paused');

    note.isOver(0);
    note.givesWay();

    expect(note.at(1_000_000)).toBe('paused');
  });

  it('of something that was done gives way a moment after that is over', () => {
    const note = new PassingNote();
    note.saysOf('compared anew');

    expect(note.at(1_000_000)).toBe('compared anew');
    note.isOver(1_000_000);

    expect(note.at(1_004_000)).toBe('compared anew');
    expect(note.at(1_006_000)).toBe('');
  });

  it('of something that is over gives way to what happens next, and not before', () => {
    const note = new PassingNote();
    note.saysOf('compared anew');

    note.givesWay();
    expect(note.at(0)).toBe('compared anew');
    note.isOver(0);
    note.givesWay();

    expect(note.at(1)).toBe('');
  });
});

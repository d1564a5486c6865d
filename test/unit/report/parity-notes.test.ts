import { describe, expect, it } from 'vitest';
import type { UnknownPart } from '../../../src/model/parity.ts';
import { parityNotes } from '../../../src/report/parity-notes.ts';
import { noParity } from '../../support/formats/sample-parity.ts';

function notes(unknown: readonly UnknownPart[]): readonly string[] {
  const report = noParity();
  return parityNotes({ ...report, metadata: { ...report.metadata, unknown } }, { color: false, width: 80, all: false });
}

function mistake(index: number): UnknownPart {
  return { side: 'source', engine: null, reason: `a.yaml:${index}:1: no`, addresses: [`service.s${index}`] };
}

describe('what is said of the unknown', () => {
  it('is each engine, and of mistakes the first', () => {
    const engine: UnknownPart = { side: 'target', engine: 'far', reason: 'no socket', addresses: ['service.web'] };
    const mistakes = Array.from({ length: 9 }, (_, index) => mistake(index));

    const told = notes([...mistakes, engine]).filter((line) => line.startsWith('Unknown'));

    expect(told).toHaveLength(7);
    expect(told[0]).toMatch(/^Unknown: service\.s0 of .+ could not be compared: a\.yaml:0:1: no\.$/);
    expect(told[5]).toMatch(/^Unknown: the engine far of .+ does not answer \(no socket\)/);
    expect(told[6]).toBe('Unknown: 4 more for mistakes.');
  });
});

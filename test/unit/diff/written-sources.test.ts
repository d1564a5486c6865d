import { describe, expect, it } from 'vitest';
import { withWrittenSources } from '../../../src/diff/written-sources.ts';
import { change, difference, source } from '../../support/builders.ts';

const FIELD = source(9, 7);
const VARIABLE = source(2, 14);

describe('the line of a difference', () => {
  it('is that of the variable which git moved, with the line of the field second, also for the whole change', () => {
    const moved = difference(['container', 'image'], { source: FIELD });
    const given = change('service.web', { differences: [moved], source: FIELD });

    const [told] = withWrittenSources([given], { writtenAt: () => VARIABLE });

    expect(told).toEqual({ ...given, source: VARIABLE, differences: [{ ...moved, source: VARIABLE, via: FIELD }] });
  });

  it('is that of the field where the world moved it, or nobody can tell', () => {
    const changes = [
      change('service.web', { differences: [difference(['a'], { cause: 'world' })] }),
      change('service.api', { differences: [difference(['b'], { source: null })] }),
    ];
    const written = change('service.db', { differences: [difference(['c'])] });

    expect(withWrittenSources(changes, { writtenAt: () => VARIABLE })).toEqual(changes);
    expect(withWrittenSources([written], { writtenAt: () => null })).toEqual([written]);
    expect(withWrittenSources([written], {})).toEqual([written]);
  });
});

import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../../../../src/drivers/log-line.ts';
import { Place } from '../../../../../src/drivers/docker/observe/log-place.ts';
import { container, EXITED, NEVER_HAPPENED } from './fixtures.ts';

function lines(...texts: readonly string[]): readonly LogLine[] {
  return texts.map((text) => {
    const [at = '', line = ''] = text.split(' ');
    return { stream: 'stdout', at: `2026-11-21T15:00:${at}Z`, line };
  });
}

function told(place: Place, log: readonly LogLine[]): readonly string[] {
  return log.filter((line) => place.isNew(line)).map(({ line }) => line);
}

const AGAIN = container('web', { state: { FinishedAt: '2026-11-21T15:00:20.5Z' } });

describe('a log that is taken up again', () => {
  it('goes on after the last line, although the engine begins with it', () => {
    const place = new Place();
    told(place, lines('01.000000001 a', '02.000000001 b'));

    expect(place.resume(AGAIN)).toEqual({ since: '2026-11-21T15:00:02.000000001Z' });
    expect(told(place, lines('02.000000001 b', '02.000000002 c'))).toEqual(['c']);
  });

  it('leaves out what was told and no more, where many lines have one time', () => {
    const place = new Place();
    told(place, lines('01 a', '02 b', '02 c'));
    place.resume(AGAIN);

    expect(told(place, lines('02 b', '02 c', '02 d', '03 e'))).toEqual(['d', 'e']);
    place.resume(AGAIN);
    expect(told(place, lines('03 e', '03 f'))).toEqual(['f']);
  });

  it('counts what came at the same time in two lives', () => {
    const place = new Place();
    told(place, lines('02 a'));
    place.resume(AGAIN);
    told(place, lines('02 a', '02 b'));
    place.resume(AGAIN);

    expect(told(place, lines('02 a', '02 b', '02 c'))).toEqual(['c']);
  });

  it('begins where the life before ended when nothing of that was told', () => {
    expect(new Place().resume(AGAIN)).toEqual({ since: '2026-11-21T15:00:20.5Z' });
  });

  it('begins at the beginning when there was no life before', () => {
    const first = container('web', { state: { ...EXITED, FinishedAt: NEVER_HAPPENED } });

    expect(new Place().resume(first)).toEqual({});
  });
});

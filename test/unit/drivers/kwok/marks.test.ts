import { expect, test } from 'vitest';
import { markFor, markText, parseMark } from '../../../../src/drivers/kwok/marks.ts';

const OWNERSHIP = { owner: 'o', project: 'shop', environment: 'local', checkout: '/repo', revision: 'abc' };

test('a mark reads back as it was written', () => {
  const mark = markFor('cluster.dev', { labels: { a: 'b' }, mounts: {} }, { ownership: OWNERSHIP });

  const read = parseMark(markText(mark));

  expect(read?.ownership).toEqual(mark.ownership);
  expect(read?.kept).toEqual({ addons: {}, labels: { a: 'b' } });
});

test.each(['', '{}', '{"schema":2}', '{"schema":1,"owner":"o"}', 'not json'])('%s is no mark', (text) => {
  expect(parseMark(text)).toBeNull();
});

import { describe, expect, it } from 'vitest';
import { parseJsonExpectation } from '../../../src/model/json-expectation.ts';

const CONDITIONS: readonly string[] = [
  '$',
  '$.status',
  "$.status == 'ok'",
  '$.status=="ok"',
  "$['a b'][0].c >= 3",
  '$["a"] != null',
  '$.a[-1] < 1.5e3',
  "$.x == 'it\\'s'",
  '$.list == [1, 2]',
  '$.é == true',
];

const OTHERS: readonly string[] = [
  '',
  'status',
  '$.status = 1',
  '$.status == ok',
  '$.status ==',
  '$..status',
  '$.*',
  '$[*]',
  '$[?@.a]',
  '$[0:2]',
  "$.a == 'x' && $.b",
  '$.a-b c',
];

describe('conditions on JSON answers', () => {
  it.each(CONDITIONS)('are written like %j', (text) => {
    expect(parseJsonExpectation(text)).not.toBeNull();
  });

  it.each(OTHERS)('are not written like %j', (text) => {
    expect(parseJsonExpectation(text)).toBeNull();
  });
});

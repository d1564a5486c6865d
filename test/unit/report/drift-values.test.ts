import { describe, expect, it } from 'vitest';
import type { Difference } from '../../../src/model/change.ts';
import { driftLine } from '../../../src/report/difference-text.ts';
import { fieldFindings } from '../../../src/report/formats/field-findings.ts';
import { difference, PLAIN } from '../../support/builders.ts';

const ID = `sha256:${'0123456789ab'.padEnd(64, 'c')}`;

function image(before: string, more: Partial<Difference> = {}): Difference {
  return difference(['container', 'image'], { before, after: 'busybox:1', cause: 'world', ...more });
}

function told(one: Difference): readonly (string | undefined)[] {
  const text = driftLine(one, { ...PLAIN, width: 200 }, (_, words) => words);
  return [text.split(' [')[0]?.trim(), fieldFindings([one], 'as it is')[0]?.values];
}

describe('an image that is found', () => {
  it('is told as a tag that was swapped or taken away, where it has lost the name', () => {
    const words = '"busybox:1" no longer means the image that it was made from (sha256:0123456789ab)';

    expect(told(image(ID))).toEqual([`container.image: ${words}`, words]);
  });

  it('is another image where it has a name, or where git asks for another one as well', () => {
    const other = 'is "busybox:2", declared "busybox:1"';
    const both = 'is sha256:0123456789ab, declared "busybox:1"';

    expect(told(image('busybox:2'))).toEqual([`container.image: ${other}`, other]);
    expect(told(image(ID, { cause: 'both' }))[1]).toBe(both);
  });
});

import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { attributeOf, element, elementAt, textAt } from '../../../../../src/drivers/libvirt/xml/element.ts';
import { includes } from '../../../../../src/drivers/libvirt/xml/includes.ts';
import { parseXml } from '../../../../../src/drivers/libvirt/xml/parse.ts';
import { writeXml } from '../../../../../src/drivers/libvirt/xml/write.ts';

/** What XML can hold at all, and a parser does not make one of what was two. */
const text = fc.stringMatching(/^[\u0020-\ud7ff]+$/).filter((value) => value.trim() !== '');

describe('XML', () => {
  test.prop([text, text])('keeps whatever stands in it', (inside, value) => {
    const read = parseXml(writeXml(element('a', { b: value }, [element('c', {}, [inside])])));

    expect({ value: attributeOf(read, 'b'), inside: textAt(read, 'c') }).toEqual({ value, inside });
  });

  it('keeps line breaks in attributes', () => {
    expect(attributeOf(parseXml(writeXml(element('a', { b: 'x\n\ty' }))), 'b')).toBe('x\n\ty');
  });

  it('drops the spaces between elements', () => {
    expect(parseXml('<a>\n  <b/>\n</a>').children).toEqual([{ name: 'b', attributes: {}, children: [] }]);
  });

  it('is refused where it is none', () => {
    expect(() => parseXml('<a><b></a>')).toThrow(/unexpected close tag/);
  });

  it('has nothing in what is not there', () => {
    expect(elementAt(parseXml('<a/>'), 'b', 'c')).toBeNull();
  });
});

describe('what was asked for', () => {
  const whole = parseXml(
    '<disk type="file"><source file="/x"/><target dev="vda" bus="virtio"/><address slot="1"/></disk>',
  );

  it('is found among what libvirt adds', () => {
    expect(includes(whole, parseXml('<disk type="file"><target dev="vda"/></disk>'))).toBe(true);
  });

  it('is not found where a value is another one', () => {
    expect(includes(whole, parseXml('<disk type="file"><target dev="vdb"/></disk>'))).toBe(false);
  });

  it('is not found twice in one', () => {
    expect(includes(whole, parseXml('<disk><target dev="vda"/><target dev="vda"/></disk>'))).toBe(false);
  });
});

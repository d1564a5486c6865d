import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { type Mark, soakCurves } from '../../support/soak/soak-curves.ts';
import type { Sample } from '../../support/soak/sample.ts';

const SAMPLE: Sample = {
  at: 10,
  life: 1,
  age: 10,
  rssBytes: 100 * 2 ** 20,
  heapBytes: 30 * 2 ** 20,
  openFiles: 30,
  threads: 12,
  stateFiles: 20,
  stateBytes: 4096,
};

const samples = fc.array(
  fc
    .record({
      at: fc.double({ min: 0, max: 1e5, noNaN: true }),
      life: fc.integer({ min: 1, max: 4 }),
      rssBytes: fc.integer({ min: 0, max: 2 ** 40 }),
      heapBytes: fc.option(fc.integer({ min: 0, max: 2 ** 40 })),
      openFiles: fc.integer({ min: 0, max: 1e6 }),
      threads: fc.integer({ min: 0, max: 1e4 }),
      stateBytes: fc.integer({ min: 0, max: 2 ** 40 }),
    })
    .map((drawn): Sample => ({ ...SAMPLE, ...drawn })),
  { maxLength: 50 },
);
const marks = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1e5, noNaN: true }),
    kind: fc.constantFrom<Mark['kind']>('commit', 'daemon', 'engine'),
  }),
  { maxLength: 20 },
);

/** Names of elements that were opened and not closed in their order; throws where it is no XML at all. */
function openElements(svg: string): readonly string[] {
  const open: string[] = [];
  const rest = svg.replaceAll(
    /<(\/?)([a-z]+)((?:\s+[a-z][a-zA-Z0-9-]*="[^"<&]*")*)\s*(\/?)>/g,
    (_, end, name, __, self) => {
      if (end === '/') {
        if (open.pop() !== name) open.push(`not ${String(name)}`);
      } else if (self !== '/') open.push(String(name));
      return '';
    },
  );
  return /[<>]/.test(rest) ? [...open, rest] : open;
}

function numbers(svg: string, name: string): readonly number[] {
  return [...svg.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value]) => Number(value));
}

function pointsOf(svg: string): readonly (readonly [number, number])[] {
  return [...svg.matchAll(/ points="([^"]*)"/g)].flatMap(([, text = '']) =>
    text
      .split(' ')
      .filter((point) => point !== '')
      .map((point) => point.split(',').map(Number) as [number, number]),
  );
}

describe('the curves of a soak', () => {
  test.prop([samples, marks])('are well-formed, and every sample and mark lies within the frame', (drawn, marked) => {
    const svg = soakCurves('a soak', drawn, marked);

    const [width = 0, height = 0] = [numbers(svg, 'width')[0], numbers(svg, 'height')[0]];
    const points = pointsOf(svg);
    expect(openElements(svg)).toEqual([]);
    expect(points.filter(([x, y]) => !(x >= 0 && x <= width && y >= 0 && y <= height))).toEqual([]);
    expect(points).toHaveLength(drawn.length * 4 + drawn.filter(({ heapBytes }) => heapBytes !== null).length);
    expect(numbers(svg, 'x1').filter((x) => !(x >= 0 && x <= width))).toEqual([]);
    expect([...svg.matchAll(/class="mark /g)]).toHaveLength(marked.length * 3);
  });

  it('begin anew with each life of the daemon', () => {
    const svg = soakCurves('a soak', [SAMPLE, { ...SAMPLE, at: 20 }, { ...SAMPLE, at: 30, life: 2 }], []);

    const memory = [...svg.matchAll(/data-of="memory" points="([^"]*)"/g)].map(([, points = '']) => points.split(' '));
    expect(memory.map(({ length }) => length)).toEqual([2, 1]);
  });

  it('show more as higher', () => {
    const svg = soakCurves('a soak', [SAMPLE, { ...SAMPLE, at: 20, openFiles: 60 }], []);

    const [, points = ''] = /data-of="open files" points="([^"]*)"/.exec(svg) ?? [];
    const [low = 0, high = 0] = points.split(' ').map((point) => Number(point.split(',')[1]));
    expect(high).toBeLessThan(low);
  });

  it('have a title in which nothing is an element', () => {
    expect(openElements(soakCurves('<a> & "b"', [], []))).toEqual([]);
  });
});

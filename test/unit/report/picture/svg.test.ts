import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { NO_IMPACT } from '../../../../src/diff/impact.ts';
import type { Change } from '../../../../src/model/change.ts';
import type { Dependency, DesiredEnvironment } from '../../../../src/model/desired.ts';
import { environmentPicture } from '../../../../src/report/picture/environment-picture.ts';
import { renderSvg } from '../../../../src/report/picture/svg.ts';
import { change, creation, desired, difference, environment, removal } from '../../../support/builders.ts';
import { xmlElements } from '../../../support/formats/xml-events.ts';

const DB: Dependency = { address: 'service.db', condition: 'service_healthy', restart: true, criticality: 'required' };
const CACHE: Dependency = {
  address: 'service.cache',
  condition: 'service_started',
  restart: false,
  criticality: 'optional',
};

const SHOP = environment([
  desired('web', { dependencies: [DB, CACHE] }),
  desired('cache'),
  desired('db', { uses: ['volume.data'] }),
  desired('data', { type: 'volume' }),
]);

const CHANGES = [
  change('service.db', {
    action: 'replace',
    reason: 'replace_because_cannot_update',
    differences: [difference(['container', 'image'])],
    impact: { ...NO_IMPACT, restarts: ['service.db', 'service.web'], reconnects: ['service.cache', 'service.web'] },
  }),
  removal('service.old'),
];

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  svg: ['xmlns', 'class', 'role', 'aria-labelledby', 'aria-describedby', 'width', 'height', 'viewBox'],
  title: ['id'],
  desc: ['id'],
  style: [],
  defs: [],
  marker: ['id', 'viewBox', 'refX', 'refY', 'markerWidth', 'markerHeight', 'orient'],
  rect: ['class', 'x', 'y', 'width', 'height', 'rx'],
  g: ['transform'],
  path: ['class', 'd', 'marker-end'],
  text: ['class', 'x', 'y', 'textLength', 'lengthAdjust'],
};

function draw(drawn: DesiredEnvironment, changes: readonly Change[] | null = null): string {
  return renderSvg(environmentPicture(drawn, changes));
}

function textsOf(svg: string, name: string): readonly string[] {
  return xmlElements(svg)
    .filter((element) => element.name === name)
    .map(({ text }) => text);
}

describe('renderSvg', () => {
  it('draws resources, conditions at the lines, and a legend of what occurs', () => {
    expect(textsOf(draw(SHOP), 'text')).toEqual([
      'Environment local',
      '4 resources',
      'depends on',
      'depends on, optional',
      'service.cache',
      'service.db',
      'service.web',
      'volume.data',
      'service_healthy, restart',
      'service_started, optional',
    ]);
  });

  it('says in each box by sign and words what happens to it, and whom that takes along', () => {
    expect(textsOf(draw(SHOP, CHANGES), 'text')).toEqual([
      'Plan for local',
      '1 to replace, 1 to remove, 2 touched; 1 unchanged',
      '-/+',
      'will be replaced',
      '-',
      'will be removed',
      '~',
      'restarts or is reconnected along',
      'unchanged',
      'depends on',
      'depends on, optional',
      'service.cache',
      '~ is reconnected with service.db',
      'service.db',
      '-/+ will be replaced',
      'service.old',
      '- will be removed',
      'service.web',
      '~ restarts with service.db',
      'volume.data',
      'service_healthy, restart',
      'service_started, optional',
    ]);
  });

  it('names each resource and line, and says why it changes, to who hovers or listens', () => {
    const svg = draw(SHOP, CHANGES);

    expect(textsOf(svg, 'title')).toEqual([
      'Plan for local',
      'service.db uses volume.data',
      'service.web depends on service.db (service_healthy, restart)',
      'service.web depends on service.cache (service_started, optional)',
      'service.cache is reconnected with service.db',
      'service.db will be replaced: cannot be changed in place (container.image)',
      'service.old will be removed: no longer declared',
      'service.web restarts with service.db',
      'volume.data',
    ]);
    expect(textsOf(svg, 'desc')[0]).toMatch(/^1 to replace, 1 to remove, 2 touched; 1 unchanged\. service\.cache is /);
    expect(xmlElements(svg)[0]?.attributes).toMatchObject({
      role: 'img',
      'aria-labelledby': 'trueup-title',
      'aria-describedby': 'trueup-told',
    });
  });

  it('tells of a plan without changes, and of an environment without resources', () => {
    expect(textsOf(draw(SHOP, []), 'text').slice(0, 2)).toEqual(['Plan for local', 'No changes; 4 unchanged']);
    expect(textsOf(draw(environment([])), 'text')).toEqual(['Environment local', '0 resources']);
  });

  it('shows every change of an address that has several, the declared one first', () => {
    const leftOver = removal('service.db', { reason: 'delete_because_left_over', name: 'shop-db-2' });

    const texts = textsOf(draw(SHOP, [leftOver, creation('service.db', {})]), 'text');

    expect(texts.slice(texts.indexOf('service.db'), texts.indexOf('service.db') + 3)).toEqual([
      'service.db',
      '+ will be created',
      '- will be removed',
    ]);
  });

  it('shows by day and by night, and loads nothing', () => {
    const svg = draw(SHOP, CHANGES);

    expect(svg).toContain('@media (prefers-color-scheme:dark)');
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|data:|@import|href|url\((?!#)/);
  });

  it('draws no box over another, however deep and wide the environment is', () => {
    const many = Array.from({ length: 60 }, (_none, index) => {
      const dependencies = [1, 7].filter((back) => back <= index).map((back) => on(`s${index - back}`));
      return desired(`s${index}`, { dependencies, uses: ['network.default'] });
    });

    const boxes = boxesOf(draw(environment([...many, desired('default', { type: 'network' })])));

    expect(boxes).toHaveLength(61);
    for (const [index, one] of boxes.entries()) {
      for (const other of boxes.slice(index + 1)) expect(isOver(one, other), JSON.stringify([one, other])).toBe(false);
    }
  });

  it('puts who depends on the left of what it depends on', () => {
    const [cache, db, web, data] = boxesOf(draw(SHOP)).map(({ x }) => x);

    expect(web).toBeLessThan(db ?? 0);
    expect(web).toBeLessThan(cache ?? 0);
    expect(db).toBeLessThan(data ?? 0);
  });

  it('draws a circle, which only a broken document has', () => {
    const circle = environment([
      desired('a', { dependencies: [on('b')] }),
      desired('b', { dependencies: [on('c'), on('b')] }),
      desired('c', { dependencies: [on('a')] }),
    ]);

    expect(boxesOf(draw(circle))).toHaveLength(3);
  });

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom('<script>alert(1)</script>', '"/><g onload="x', ']]>', '&#60;b&#62;', '\u0000\u001b[31m', '\ud800'),
  );

  test.prop([fc.uniqueArray(hostile, { minLength: 1, maxLength: 6 }), hostile], { numRuns: 200 })(
    'lets no name become an element, an attribute or a control character, and gives the same bytes again',
    (names, other) => {
      const resources = names.map((name, index) =>
        desired(name, { dependencies: names.slice(0, index).map((before) => on(before)) }),
      );
      const drawn = environment(resources, { name: other });
      const changes = names.map((name) =>
        change(`service.${name}`, { name: other, differences: [difference([other])] }),
      );

      const svg = draw(drawn, [...changes, removal(`service.${other}`)]);

      for (const { name, attributes } of xmlElements(svg)) {
        expect(Object.keys(ALLOWED)).toContain(name);
        expect(ALLOWED[name]).toEqual(expect.arrayContaining(Object.keys(attributes)));
      }
      expect(svg.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect(
        draw(environment(resources.toReversed(), { name: other }), [...changes, removal(`service.${other}`)]),
      ).toBe(svg);
    },
  );
});

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function on(key: string): Dependency {
  return { address: `service.${key}`, condition: 'service_healthy', restart: false, criticality: 'required' };
}

/** The boxes of resources, which have rounder corners than those of the legend. */
function boxesOf(svg: string): readonly Box[] {
  return xmlElements(svg)
    .filter(({ name, attributes }) => name === 'rect' && attributes['rx'] === '6')
    .map(({ attributes }) => ({
      x: Number(attributes['x']),
      y: Number(attributes['y']),
      width: Number(attributes['width']),
      height: Number(attributes['height']),
    }));
}

function isOver(one: Box, other: Box): boolean {
  const beside = one.x + one.width <= other.x || other.x + other.width <= one.x;
  return !beside && one.y + one.height > other.y && other.y + other.height > one.y;
}

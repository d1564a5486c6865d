import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { editYaml } from '../../../../src/manifest/edit/yaml-edit.ts';
import type { Json } from '../../../../src/model/json.ts';

const FILE = `# head
services:
  web:   # the web
    image: &img "a:1" # tag
    limits: {cpu: 0.5, memory: 256MiB}
    env:
      - A=1 # one
      - B=2

      # three
      - C=3
    nothing:
    multi: |
      line1
      line2
    again: *img
  # after
  db:
    image: b
    text: 'q'
# tail`;

/** What an edit takes out (-) and puts in (+); the rest of the text is the same on both sides. */
function changed(text: string, path: string, value: Json | undefined): string | null {
  const edited = editYaml(text, { path: path.split('.'), value });
  if (edited === null) return null;
  const [before, after] = [text.split('\n'), edited.split('\n')];
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let [last, end] = [before.length, after.length];
  while (last > start && end > start && before[last - 1] === after[end - 1]) [last, end] = [last - 1, end - 1];
  return [...before.slice(start, last).map((l) => `- ${l}`), ...after.slice(start, end).map((l) => `+ ${l}`)].join(
    '\n',
  );
}

describe('an edit', () => {
  it.each<[string, Json | undefined, string]>([
    [
      'services.web.limits.memory',
      '512MiB',
      '-     limits: {cpu: 0.5, memory: 256MiB}\n+     limits: {cpu: 0.5, memory: 512MiB}',
    ],
    ['services.web.limits.memory', undefined, '-     limits: {cpu: 0.5, memory: 256MiB}\n+     limits: {cpu: 0.5}'],
    ['services.web.limits.cpu', undefined, '-     limits: {cpu: 0.5, memory: 256MiB}\n+     limits: {memory: 256MiB}'],
    [
      'services.web.limits.swap',
      '1',
      '-     limits: {cpu: 0.5, memory: 256MiB}\n+     limits: {cpu: 0.5, memory: 256MiB, swap: "1"}',
    ],
    ['services.web.limits', { a: 1 }, '-     limits: {cpu: 0.5, memory: 256MiB}\n+     limits:\n+       a: 1'],
    ['services.web.env.0', 'A=2', '-       - A=1 # one\n+       - A=2 # one'],
    ['services.web.env.3', 'D=4', '+       - D=4'],
    ['services.web.env.0', undefined, '-       - A=1 # one'],
    ['services.web.nothing', 5, '-     nothing:\n+     nothing: 5'],
    ['services.web.nothing.a.b', [1, { x: 2 }], '+       a:\n+         b:\n+           - 1\n+           - x: 2'],
    ['services.web.multi', 'one', '-     multi: |\n-       line1\n-       line2\n+     multi: one'],
    ['services.web.again', 'else', '-     again: *img\n+     again: else'],
    ['services.db.text', "it's", "-     text: 'q'\n+     text: 'it''s'"],
    ['services.db.image', 'a\nb', '-     image: b\n+     image: "a\\nb"'],
    ['services.db.image', null, '-     image: b\n+     image: null'],
    ['services.db', undefined, "-   db:\n-     image: b\n-     text: 'q'"],
    ['top', '#x', '- # tail\n+ # tail\n+ top: "#x"\n+ '.replace(/- # tail\n\+ # tail\n/, '')],
  ])('of %s to %j touches nothing else', (path, value, lines) => {
    expect(changed(FILE, path, value)?.replace(/\n\+ $/, '')).toBe(lines.replace(/\n\+ $/, ''));
  });

  it('is not made where it would say something else too', () => {
    expect(editYaml(FILE, { path: ['services', 'web', 'image'], value: 'a:2' })).toBeNull();
    expect(editYaml(FILE, { path: ['services', 'web', 'again', 'x'], value: 1 })).toBeNull();
    expect(editYaml('a: [', { path: ['a'], value: 1 })).toBeNull();
  });

  it('ends lines as the file does', () => {
    expect(editYaml('a: 1\r\nb:\r\n  c: 1\r\n', { path: ['b', 'd'], value: { e: 1 } })).toBe(
      'a: 1\r\nb:\r\n  c: 1\r\n  d:\r\n    e: 1\r\n',
    );
  });

  it('fills an empty file, and an empty collection', () => {
    expect(editYaml('', { path: ['a', 'b'], value: 1 })).toBe('a:\n  b: 1\n');
    expect(editYaml('# note\n', { path: ['a'], value: 1 })).toBe('# note\na: 1\n');
    expect(editYaml('a: {}\nb: 2\n', { path: ['a', 'x'], value: 1 })).toBe('a:\n  x: 1\nb: 2\n');
    expect(editYaml('a:\n  b: 1\n', { path: ['a', 'b'], value: undefined })).toBe('a: {}\n');
  });

  const NAME = fc.oneof(
    fc.constantFrom('a', 'b-c', '8080/tcp', 'yes', 'x y', '#', "it's", ''),
    fc.string({ maxLength: 6 }),
  );
  const SCALAR = fc.oneof<fc.Arbitrary<Json>[]>(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom('1.10', '~', 'no', '- x', 'a: b', ' # c', '\t', '%', '*a', '&b', '!t', '{', ''),
    fc.constant(null),
  );
  const { value: VALUE } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      SCALAR,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(
        NAME.filter((name) => name !== '__proto__' && name !== '<<'),
        tie('value'),
        { maxKeys: 3, noNullPrototype: true },
      ),
    ),
  }));
  const ROOT = fc.dictionary(
    NAME.filter((name) => name !== '__proto__' && name !== '<<'),
    VALUE,
    { minKeys: 1, maxKeys: 3, noNullPrototype: true },
  );

  it('can be made everywhere in what YAML writes by itself, and means what was asked for', () => {
    fc.assert(
      fc.property(
        ROOT,
        VALUE,
        fc.constantFrom<'any' | 'block' | 'flow'>('any', 'block', 'flow'),
        fc.nat(),
        fc.boolean(),
        (root, value, collectionStyle, choice, isRemoved) => {
          const text = stringify(root, {
            schema: 'core',
            collectionStyle,
            indent: 2 + (choice % 3),
            aliasDuplicateObjects: false,
          });
          fc.pre(new Set([JSON.stringify(root)]).has(JSON.stringify(parse(text, { schema: 'core' }))));
          const paths = pathsIn(root);
          const path = paths[choice % paths.length] ?? [];
          const wanted = isRemoved ? undefined : value;
          const edited = editYaml(text, { path, value: wanted });
          expect(edited, `${JSON.stringify(path)} := ${JSON.stringify(wanted)} in\n${text}`).not.toBeNull();
        },
      ),
      { numRuns: 400 },
    );
  });
});

/** To every value, and to one more of every collection. */
function pathsIn(value: Json, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, Json]) => [
    [...path, key],
    ...pathsIn(item, [...path, key]),
  ]);
}

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { manifestText } from '../../../../src/manifest/import/render.ts';

const TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 130 }),
  fc.constantFrom(
    '',
    'yes',
    'null',
    '~',
    '1',
    '0x1f',
    '1e3',
    '- a',
    '# b',
    'a: b',
    '{',
    '*x',
    '&y',
    '!z',
    '|',
    'a\nb\n',
    "'",
    '"',
  ),
);
const SCALAR = fc.oneof(
  TEXT,
  fc.integer(),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: 0.001, max: 1e6 }),
);
const { tree: TREE } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    SCALAR,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(TEXT, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

function text(services: unknown, comments: Readonly<Record<string, readonly string[]>> = {}): string {
  const sections = JSON.parse(JSON.stringify({ name: 'local', services })) as Record<string, never>;
  return manifestText({ heading: ['a heading'], sections, comments });
}

describe('the text of a manifest', () => {
  it('means what was to be written, whatever stands in it', () => {
    fc.assert(
      fc.property(
        fc.dictionary(TEXT, fc.dictionary(TEXT, TREE, { noNullPrototype: true }), { noNullPrototype: true }),
        (services) => {
          const wanted: unknown = JSON.parse(JSON.stringify(services));
          const read: unknown = parse(text(services), { schema: 'core', merge: false, maxAliasCount: 0 });

          expect(read).toEqual(
            Object.keys(services).length === 0 ? { name: 'local' } : { name: 'local', services: wanted },
          );
        },
      ),
    );
  });

  it('keeps comments in their lines, whatever stands in them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (comment) => {
        const read: unknown = parse(text({ web: { a: 1 } }, { web: [comment] }), { schema: 'core' });

        expect(read).toEqual({ name: 'local', services: { web: { a: 1 } } });
      }),
    );
  });

  it('has small things in one line, sections apart and services by themselves', () => {
    const services = {
      web: {
        adopted: { name: 'w' },
        environment_variables: { A: 'b' },
        container: { command: ['x'.repeat(60), 'y'.repeat(60)] },
      },
      db: { adopted: { name: 'd' } },
    };

    expect(text(services, { db: ['first', 'second'] })).toBe(`# a heading
name: local

services:
  web:
    adopted: { name: w }
    environment_variables:
      A: b
    container:
      command:
        - ${'x'.repeat(60)}
        - ${'y'.repeat(60)}

  # first
  # second
  db: { adopted: { name: d } }
`);
  });
});

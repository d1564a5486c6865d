import { describe, expect, it } from 'vitest';
import type { DeclaredDiff } from '../../../src/model/declared-diff.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import { diffDocument } from '../../../src/report/diff-document.ts';
import { renderDiff } from '../../../src/report/diff-text.ts';
import { COMMIT, diagnostic, PLAIN, source } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

const EARLIER = { commit: 'e'.repeat(40), dirty: false };
const LATER = { commit: COMMIT, dirty: true };
const NONE: DeclaredDiff = { before: EARLIER, after: LATER, environments: [], unchanged: 2, invalid: [] };

const SAMPLE: DeclaredDiff = {
  ...NONE,
  environments: [
    {
      kind: 'changed',
      environment: 'local',
      differences: [
        {
          field_path: fieldPath('type'),
          before: 'local',
          after: 'staging',
          effect: null,
          before_source: source(1),
          after_source: source(1),
        },
      ],
      resources: [
        {
          kind: 'changed',
          address: 'service.web',
          previous_address: null,
          type: 'service',
          before_source: source(3),
          after_source: source(4),
          differences: [
            {
              field_path: fieldPath('environment_variables', 'TOKEN'),
              before: { $secret: 'unresolved:a' },
              after: { $secret: 'unresolved:b' },
              effect: 'restart',
              before_source: source(5),
              after_source: source(6),
            },
            {
              field_path: fieldPath('labels', 'evil'),
              before: null,
              after: '\u001b[31mred',
              effect: 'in_place',
              before_source: null,
              after_source: source(7),
            },
          ],
        },
        {
          kind: 'changed',
          address: 'volume.young',
          previous_address: 'volume.old',
          type: 'volume',
          before_source: source(8),
          after_source: source(9),
          differences: [],
        },
      ],
    },
    {
      kind: 'removed',
      environment: 'old',
      differences: [],
      resources: [
        {
          kind: 'removed',
          address: 'service.a',
          previous_address: null,
          type: 'service',
          before_source: source(2, 1, 'environments/old/a.yaml'),
          after_source: null,
          differences: [],
        },
      ],
    },
  ],
  invalid: [{ side: 'before', environments: ['broken'], diagnostics: [diagnostic()] }],
};

describe('a diff', () => {
  it('is text with a line for each field, with no secret and no escape sequence', () => {
    const file = 'environments/local/web.yaml';
    expect(renderDiff(SAMPLE, PLAIN)).toBe(`From eeeeeee to 1a2b3c4 (dirty):

~ local
    type: "local" → "staging" ${file}:1:1
  ~ service.web
      environment_variables.TOKEN: (secret) → (secret) (takes a restart)
          ${file}:5:1 → ${file}:6:1
      labels.evil: (not set) → "\\u001b[31mred" ${file}:7:1
  ~ volume.young was volume.old

- old is removed
  - service.a is removed environments/old/a.yaml:2:1

Not compared, for mistakes at eeeeeee: broken.

Differences in 2 environments: resources: 1 removed, 2 changed; 3 fields. Not everything was compared.`);
  });

  it('says where there is none', () => {
    expect(renderDiff(NONE, PLAIN)).toBe('No difference between eeeeeee and 1a2b3c4 (dirty).');
  });

  it('is a document that its schema describes, with secrets as marks', () => {
    const document = diffDocument(SAMPLE);

    expect(schemaErrors('diff', document)).toEqual([]);
    expect(schemaErrors('diff', diffDocument(NONE))).toEqual([]);
    expect(document['summary']).toEqual({
      environments: { added: 0, removed: 1, changed: 1, unchanged: 2 },
      resources: { added: 0, removed: 1, changed: 2 },
      differences: 3,
    });
    expect(JSON.stringify(document)).not.toContain('unresolved');
  });
});

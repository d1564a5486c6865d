/** A diff with one of each kind, for tests of what shows it. */
import type { DeclaredDiff } from '../../../src/model/declared-diff.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import { COMMIT, diagnostic, source } from '../builders.ts';

const EARLIER = { commit: 'e'.repeat(40), dirty: false };
const LATER = { commit: COMMIT, dirty: true };
export const NO_DIFF: DeclaredDiff = { before: EARLIER, after: LATER, environments: [], unchanged: 2, invalid: [] };

export const SAMPLE_DIFF: DeclaredDiff = {
  ...NO_DIFF,
  environments: [
    {
      kind: 'changed',
      environment: 'local',
      before_source: source(1),
      after_source: source(1),
      differences: [
        {
          field_path: fieldPath('type'),
          before: 'local',
          after: 'staging',
          effect: null,
          severity: 'warning',
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
              severity: 'error',
              before_source: source(5),
              after_source: source(6),
            },
            {
              field_path: fieldPath('labels', 'evil'),
              before: null,
              after: '\u001b[31mred',
              effect: 'in_place',
              severity: 'info',
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
      before_source: source(1, 1, 'environments/old/a.yaml'),
      after_source: null,
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

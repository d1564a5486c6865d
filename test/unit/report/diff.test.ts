import { describe, expect, it } from 'vitest';
import { diffDocument } from '../../../src/report/diff-document.ts';
import { renderDiff } from '../../../src/report/diff-text.ts';
import { PLAIN } from '../../support/builders.ts';
import { NO_DIFF as NONE, SAMPLE_DIFF as SAMPLE } from '../../support/formats/sample-diff.ts';
import { schemaErrors } from '../../support/schemas.ts';

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

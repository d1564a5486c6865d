import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONDITION_NAMES, conditionNamed } from '../../../../src/diff/parity/conditions.ts';
import { builtInParityRules } from '../../../../src/diff/parity/rules.ts';

const ROWS = readFileSync(join(import.meta.dirname, '../../../../docs/parity.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'));

describe('docs/parity.md', () => {
  it.each(builtInParityRules())('has the rule $id as the table has it', ({ id, severity, directed, reason }) => {
    expect(ROWS.filter((row) => row.startsWith(`| \`${id}\` | ${severity}`))).toEqual([
      `| \`${id}\` | ${severity}${directed ? ', directed' : ''} | ${reason} |`,
    ]);
  });

  it.each(CONDITION_NAMES)('has the condition %s as the code has it', (name) => {
    const { means, directed } = conditionNamed(name) ?? {};

    expect(ROWS).toContain(`| \`${name}\` | ${means}${directed === true ? '; directed' : ''} |`);
  });

  it('has no rule and no condition that there is not', () => {
    const known = new Set([...builtInParityRules().map(({ id }) => id), ...CONDITION_NAMES]);
    const section = ROWS.filter((row) => /^\| `[a-z_-]+` \| (info|warning|error|critical)/.test(row));

    expect(section.filter((row) => !known.has(row.split('`')[1] ?? ''))).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DIAGNOSTIC_CODES, FAILURE_CODES } from '../../../src/model/codes.ts';

const ERRORS = readFileSync(join(import.meta.dirname, '../../../docs/errors.md'), 'utf8');

/** The sections under a heading of the second level, as code → text. */
function sectionsOf(title: string): ReadonlyMap<string, string> {
  const chapter = ERRORS.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? '';
  const sections = chapter.split(/^### /m).slice(1);
  return new Map(sections.map((text) => [/^`(\w+)`/.exec(text)?.[1] ?? text, text]));
}

describe.each([
  ['Diagnostics', DIAGNOSTIC_CODES],
  ['Failures', FAILURE_CODES],
] as const)('docs/errors.md on %s', (title, codes: Readonly<Record<string, string>>) => {
  const sections = sectionsOf(title);

  it('documents every code, in the order of the registry, and no other', () => {
    expect([...sections.keys()]).toEqual(Object.keys(codes));
  });

  it('says of each what it means, what typically causes it, and what to do', () => {
    for (const [code, text] of sections) {
      expect(text).toMatch(
        /^`\w+`\n\n[^\n]+\.\n\n- \*\*Typical cause:\*\* [^\n]{20,}[.`]\n- \*\*Remedy:\*\* [^\n]{10,}\.\n/,
      );
      expect(text.split('\n')[2]).toBe(`${codes[code]}.`);
    }
  });
});

describe('codes', () => {
  it('name one thing each, over diagnostics and failures together', () => {
    const all = [...Object.keys(DIAGNOSTIC_CODES), ...Object.keys(FAILURE_CODES)];

    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((code) => !/^[a-z]+(_[a-z]+)*$/.test(code))).toEqual([]);
  });
});

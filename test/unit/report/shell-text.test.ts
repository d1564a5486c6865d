import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellText } from '../../../src/report/shell-text.ts';

const WORDS = [
  'local',
  'local@v1.2',
  'saved/a b.json',
  "it's",
  '$(rm -rf x)',
  '`id`',
  'a;b&c|d',
  '*',
  '',
  '~',
  "''",
  '"',
  '\\',
];

describe('shellText', () => {
  it('is one word of a shell that means what it says, whatever stands in it', () => {
    const script = `printf '%s\\n' ${WORDS.map(shellText).join(' ')}`;

    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(`${WORDS.join('\n')}\n`);
  });

  it('leaves alone what needs no quotes', () => {
    expect(['local', 'local@v1.2', 'web:container.image', './a/b-c.json'].map(shellText)).toEqual([
      'local',
      'local@v1.2',
      'web:container.image',
      './a/b-c.json',
    ]);
  });
});

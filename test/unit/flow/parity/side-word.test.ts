import { describe, expect, it } from 'vitest';
import { sideWord } from '../../../../src/flow/parity/side-word.ts';

function meant(word: string, files: readonly string[] = []): string {
  const { label, ...rest } = sideWord(word, (path) => files.includes(path));
  expect(label).toBe(word);
  return Object.values(rest).join(' ');
}

describe('a word of parity', () => {
  it.each([
    ['local', 'environment local'],
    ['local@HEAD~1', 'revision local HEAD~1'],
    ['local@origin/main', 'revision local origin/main'],
    ['local@HEAD@{yesterday}', 'revision local HEAD@{yesterday}'],
    ['local@release.json', 'revision local release.json'],
    ['laptop.json', 'observation laptop.json'],
    ['./laptop', 'observation ./laptop'],
    ['saved/local@home.json', 'observation saved/local@home.json'],
  ])('%s is: %s', (word, what) => {
    expect(meant(word)).toBe(what);
  });

  it('is a file that is there, before anything that only has such a name', () => {
    expect(meant('local', ['local'])).toBe('observation local');
    expect(meant('local@home', ['local@home'])).toBe('observation local@home');
  });

  it.each([
    ['', 'an environment has no name'],
    ['local@', '"local@" lacks the revision'],
    ['@HEAD', '"@HEAD" lacks the environment'],
  ])('is wrong usage where it says half: %s', (word, message) => {
    expect(() => sideWord(word, () => false)).toThrow(expect.objectContaining({ code: 'usage', message }));
  });
});

import { expect, it } from 'vitest';
import { savedWords, type TouchedFile } from '../../../../src/serve/watch/saved-words.ts';

function touched(is: TouchedFile['is'], ...paths: readonly string[]): readonly TouchedFile[] {
  return paths.map((path) => ({ path, is }));
}

it('what is gone was deleted, and not saved', () => {
  expect(savedWords(touched('file', 'a.yaml'))).toBe('saved a.yaml');
  expect(savedWords(touched('file', 'a.yaml', 'b.yaml'))).toBe('saved 2 files');
  expect(savedWords(touched('gone', 'a.yaml'))).toBe('deleted a.yaml');
  expect(savedWords(touched('folder', 'environments/local'))).toBe('changed environments/local');
  expect(savedWords([...touched('folder', 'a'), ...touched('gone', 'a/b.yaml')])).toBe('deleted a/b.yaml');
  expect(savedWords([...touched('gone', 'a.yaml', 'b.yaml'), ...touched('file', 'c.yaml')])).toBe(
    'saved c.yaml, deleted 2 files',
  );
});

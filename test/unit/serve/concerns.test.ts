import { describe, expect, it } from 'vitest';
import { concernsWhoReads } from '../../../src/serve/sources/concerns.ts';

const FILES = ['compose/base.yaml', 'environments/base/base.yaml', 'environments/local/web.yaml', 'vendor/lib/x.yaml'];

function concerned(changed: readonly string[], submodules: readonly string[] = []): boolean {
  const concerns = concernsWhoReads({ files: new Set(changed), submodules: new Set(submodules) });
  return concerns(FILES, 'environments/local');
}

describe('whom a set of changed files concerns', () => {
  it.each([
    ['a manifest of its own', 'environments/local/web.yaml'],
    ['a base that it extends', 'environments/base/base.yaml'],
    ['a new manifest in its folder', 'environments/local/new.yaml'],
    ['a new manifest in the folder of its base', 'environments/base/new.yml'],
    ['any other file that it read', 'compose/base.yaml'],
    ['the settings of trueup', 'trueup.yaml'],
  ])('is an environment, by %s', (_what, file) => {
    expect(concerned(['README.md', file])).toBe(true);
  });

  it.each([
    'README.md',
    'environments/other/web.yaml',
    'environments/local-2/web.yaml',
    'environments/local/notes.txt',
  ])('is not an environment that read nothing of it: %s', (file) => {
    expect(concerned([file])).toBe(false);
  });

  it('is whoever read something in a submodule that moved', () => {
    expect(concerned(['vendor/lib'], ['vendor/lib'])).toBe(true);
  });
});

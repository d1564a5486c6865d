import { describe, expect, it } from 'vitest';
import type { ImportRemark } from '../../../src/report/import.ts';
import { nextAfterImport } from '../../../src/report/import-next.ts';

function next(...kinds: readonly ImportRemark['kind'][]): readonly string[] {
  return nextAfterImport({ environment: 'x', manifest: 'e/x.yaml', notes: kinds.map((kind) => ({ kind })) });
}

describe('what comes after an import', () => {
  it('is a look, the adoption and a commit', () => {
    expect(next('renamed')).toEqual(['trueup plan x', 'trueup apply x --adopt', 'git add e/x.yaml .gitignore']);
  });

  it('is a look at the adoption where something changes with it', () => {
    expect(next('will_change')[0]).toBe('trueup plan x --adopt');
  });

  it('is no commit of what may hold a secret', () => {
    expect(next('plain_secret')).toEqual(['trueup plan x', 'trueup apply x --adopt']);
  });
});

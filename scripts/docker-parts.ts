/** The tests of test/engines/docker in parts, a file each, in the order in which they are best begun. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Part } from './part-queue.ts';

const ROOT = join(import.meta.dirname, '..');

// What takes a minute or more begins first, so that no worker is left with it when the others are done. A name that is missing
// here, or too many, costs time and nothing else.
const SLOW = [
  'rollback-killed',
  'rollback',
  'contract',
  'fields',
  'broken-off',
  'rollback-bad-luck',
  'engine-trouble',
  'crash-placed',
  'chaos',
  'locks',
  'crash',
  'gates',
  'volume-moves',
];

/** `words` are vitest's arguments. With an option among them, or where they name no file, all is one part. */
export function dockerParts(words: readonly string[]): readonly Part[] {
  const files = words.some((word) => word.startsWith('-')) ? [] : filesOf(words);
  if (files.length === 0) return [{ title: words.join(' '), args: dockerArguments(words) }];
  return files.toSorted(bySlowness).map((file) => ({ title: file, args: dockerArguments([file]) }));
}

/** Vitest's arguments for all that `words` mean. */
export function dockerArguments(words: readonly string[]): readonly string[] {
  return ['--project', 'docker', ...words];
}

function filesOf(words: readonly string[]): readonly string[] {
  const files = globSync('test/engines/docker/**/*.test.ts', { cwd: ROOT });
  return words.length === 0 ? files : files.filter((file) => words.some((word) => file.includes(word)));
}

function bySlowness(left: string, right: string): number {
  return placeOf(left) - placeOf(right) || (left < right ? -1 : 1);
}

function placeOf(file: string): number {
  const place = SLOW.findIndex((name) => file.endsWith(`/${name}.test.ts`));
  return place === -1 ? SLOW.length : place;
}

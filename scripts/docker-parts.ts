/**
 * The tests of test/engines/docker, and of test/engines/kind, whose clusters run on such an engine: in parts, in the order in which
 * they are best begun. What depends on the engine is tried beside each generation; a story of what trueup decides, which is the same
 * on both, beside one.
 */
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { EngineKind } from '../test/support/docker/kinds.ts';
import { leftOut } from './long-suites.ts';
import type { Part } from './part-queue.ts';

const ROOT = join(import.meta.dirname, '..');

// What takes a minute or more begins first, so that no worker is left with it when the others are done. A name that is missing
// here, or too many, costs time and nothing else.
const SLOW = [
  'rollback-killed',
  'rollback',
  'contract',
  'fields',
  'world-fields',
  'broken-off',
  'rollback-bad-luck',
  'engine-trouble',
  'crash-placed',
  'chaos',
  'locks',
  'crash',
  'gates',
  'lab',
  'import',
  'volume-moves',
];

/** What one generation is enough for, and which: about half of the time on each. A new file is for both. */
export const BESIDE_ONE: Readonly<Record<string, EngineKind>> = {
  'adopted-services': 'current',
  backups: 'current',
  'bad-luck': 'debian',
  bisect: 'debian',
  'broken-off': 'current',
  chaos: 'debian',
  claims: 'debian',
  commands: 'current',
  crash: 'debian',
  'crash-placed': 'current',
  demo: 'current',
  'drift-write': 'debian',
  'engine-trouble': 'current',
  explain: 'current',
  foreign: 'current',
  frozen: 'current',
  gates: 'current',
  hooks: 'debian',
  import: 'current',
  'import-hostile': 'current',
  'import-not-carried': 'current',
  lab: 'current',
  locks: 'debian',
  parity: 'current',
  quiet: 'debian',
  rollback: 'debian',
  'rollback-bad-luck': 'current',
  'secrets-everywhere': 'current',
  serve: 'debian',
  soak: 'current',
  'swapped-names': 'current',
  'volume-moves': 'current',
};

const OF_KIND = 'test/engines/kind/';

/**
 * A part is a file, but for those of kind: they are one, and begin first. They take longest, and the image of their nodes is put into
 * one engine only. `words` are vitest's arguments: who names files has them beside the engine that they are asked for, and
 * `TRUEUP_SAMPLES=all` all of them beside each. With an option among them, or where they name no file, all is one part.
 */
export function dockerParts(kind: EngineKind, words: readonly string[]): readonly Part[] {
  const files = words.some((word) => word.startsWith('-')) ? [] : filesOf(kind, words);
  if (files.length === 0) return [{ title: words.join(' '), args: dockerArguments(words) }];
  const ofKind = files.filter((file) => file.startsWith(OF_KIND)).toSorted();
  const others = files.filter((file) => !file.startsWith(OF_KIND)).toSorted(bySlowness);
  return [...(ofKind.length === 0 ? [] : [ofKind]), ...others.map((file) => [file])].map((part) => ({
    title: part.join(' '),
    args: dockerArguments(part),
  }));
}

/** Vitest's arguments for all that `words` mean. */
export function dockerArguments(words: readonly string[]): readonly string[] {
  return ['--project', 'docker', ...words];
}

function filesOf(kind: EngineKind, words: readonly string[]): readonly string[] {
  const files = globSync('test/engines/{docker,kind}/**/*.test.ts', { cwd: ROOT });
  if (words.length > 0) return files.filter((file) => words.some((word) => file.includes(word)));
  if (process.env['TRUEUP_SAMPLES'] === 'all') return files;
  const long = leftOut(words);
  return files.filter((file) => (besideOne(file) ?? kind) === kind && !long.includes(file));
}

/** Nodes of clusters are best off on the current one. */
function besideOne(file: string): EngineKind | undefined {
  return file.startsWith(OF_KIND) ? 'current' : BESIDE_ONE[basename(file, '.test.ts')];
}

function bySlowness(left: string, right: string): number {
  return placeOf(left) - placeOf(right) || (left < right ? -1 : 1);
}

function placeOf(file: string): number {
  const place = SLOW.findIndex((name) => file.endsWith(`/${name}.test.ts`));
  return place === -1 ? SLOW.length : place;
}

/**
 * Suites of clusters that take minutes each, because every test boots one: they are run by whoever names them, and by
 * `TRUEUP_SAMPLES=all`. What their engine carries out is tried in any case, by its `fields`.
 */
const LONG: readonly string[] = [
  'test/engines/kind/contract.test.ts',
  'test/engines/kind/crash.test.ts',
  'test/engines/kind/life.test.ts',
];

/** Those that are left out of a run with these words on its command line. */
export function leftOut(words: readonly string[]): readonly string[] {
  if (process.env['TRUEUP_SAMPLES'] === 'all') return [];
  return LONG.filter(
    (file) => !words.some((word) => !word.startsWith('-') && word.includes('/') && file.includes(word)),
  );
}

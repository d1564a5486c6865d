/** Suites that are run by whoever names them, and by `TRUEUP_SAMPLES=all`: how long they take is not known well enough yet. */
const LONG: readonly string[] = ['test/engines/kind/contract.test.ts'];

/** Those that are left out of a run with these words on its command line. */
export function leftOut(words: readonly string[]): readonly string[] {
  if (process.env['TRUEUP_SAMPLES'] === 'all') return [];
  return LONG.filter(
    (file) => !words.some((word) => !word.startsWith('-') && word.includes('/') && file.includes(word)),
  );
}

/** What stands on the engines and is in no manifest, in a line for each engine on which there is something of the kind. */
import type { Coverage } from '../../model/coverage.ts';
import { coverageWords, listingWords } from '../coverage-text.ts';
import { safeText, shorten } from '../safe-text.ts';
import { listed } from '../words.ts';
import { LONGEST_SENTENCE } from './field-findings.ts';
import type { Remark } from './findings.ts';

const MOST_NAMES = 8;

export function coverageRemarks(coverage: Coverage | null): readonly Remark[] {
  if (coverage === null) return [];
  return coverage.engines
    .filter(({ unmanaged }) => unmanaged > 0)
    .map((counts) => {
      const { what, ratio } = coverageWords(counts, coverage);
      const names = coverage.unmanaged.filter(({ engine }) => engine === counts.engine).map(listingWords);
      const text = `${safeText(counts.engine)}: ${what} in no manifest; ${ratio}: ${listed(names, MOST_NAMES)}`;
      return { rule: 'coverage', level: 'info', text: shorten(text, LONGEST_SENTENCE), source: null };
    });
}

/** The page in place of that of a parity whose environments have mistakes: what is wrong, with the lines. */
import type { FindingsReport } from '../formats/findings.ts';
import { plural } from '../words.ts';
import { renderPage } from './page.ts';
import { remarksList } from './remarks-list.ts';

export function mistakesPage({ kind, mistakes }: FindingsReport): string {
  const errors = mistakes.filter(({ level }) => level === 'error').length;
  return renderPage({
    kind,
    title: 'Nothing is compared',
    facts: [],
    summary: `The manifests have ${plural(errors, 'mistake')}.`,
    tone: 'bad',
    counts: [],
    sections: [{ id: 'mistakes', title: 'Mistakes', content: remarksList(mistakes) }],
    envelope: null,
  });
}

/** What was read: files, engines, and what the revision did not decide. */
import type { PlanInputs } from '../../model/plan.ts';
import { type Content, el, type Html } from './html.ts';
import type { Section } from './page.ts';
import { tableHtml } from './table.ts';
import { timeHtml } from './time.ts';

export function inputsSection({ files, engines, targets, observed_at, unpinned = [] }: PlanInputs): Section {
  const rows = engines.map(({ name, driver, status, facts, error }) => [
    el('code', {}, name),
    driver,
    facts === null ? 'unknown' : `${facts.kind} ${facts.version}`,
    error === null ? status : `${status}: ${error}`,
  ]);
  const content: readonly Content[] = [
    targets.length === 0 ? null : el('p', {}, 'Limited to: ', targets.join(', '), '.'),
    observed_at === undefined ? null : el('p', {}, 'From an observation of ', timeHtml(observed_at), '.'),
    tableHtml({ caption: 'Engines', columns: ['Engine', 'Driver', 'Version', 'Answer'], rows }),
    folded('Files', files),
    folded('Not decided by the revision', unpinned),
  ];
  return { id: 'inputs', title: 'Read from', content };
}

function folded(title: string, items: readonly string[]): Html | null {
  if (items.length === 0) return null;
  const list = el(
    'ul',
    { class: 'files' },
    items.map((item) => el('li', {}, el('code', {}, item))),
  );
  return el('details', { class: 'words' }, el('summary', {}, `${title} (${items.length})`), list);
}

/** What a page is of: revision, project, when and where it was looked at. */
import type { Revision } from '../../model/desired.ts';
import type { Envelope } from '../reading/report.ts';
import { safeText } from '../safe-text.ts';
import { revisionText } from '../words.ts';
import type { Content } from './html.ts';
import { el } from './html.ts';
import { timeHtml } from './time.ts';

export function revisionFacts(revision: Revision, project: string, envelope: Envelope | null): readonly Content[] {
  const engines = envelope?.engines ?? [];
  return [
    ['at ', el('code', {}, revisionText(revision))],
    `project ${project}`,
    ...(envelope === null ? [] : [timeHtml(envelope.created_at)]),
    ...engines.map(({ name, driver, version }) => {
      const what = name === driver ? '' : ` (${safeText(driver)})`;
      return `engine ${safeText(name)}${what}${version === null ? ', without an answer' : ` ${safeText(version)}`}`;
    }),
  ];
}

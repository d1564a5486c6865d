/** The page of a document that was just made, by the way of any that is read from a file: so both pages are the same. Pure. */
import type { JsonObject } from '../../model/json.ts';
import { maskDocument } from '../mask-document.ts';
import { readReport } from '../reading/read-report.ts';
import type { ParityHistory } from '../parity-history.ts';
import { renderReportPage } from './render-page.ts';

export interface DocumentPageOptions {
  readonly mask: (text: string) => string;
  /** The document of the history of a parity: how it went on until then. */
  readonly history?: JsonObject | null;
}

export function documentPage(document: JsonObject, { mask, history = null }: DocumentPageOptions): string {
  const report = readReport(maskDocument(document, mask), NAME);
  if (report.kind !== 'parity' || history === null) return renderReportPage(report);
  return renderReportPage({ ...report, history: historyIn(maskDocument(history, mask)) });
}

/** Only who made it would ever read it: what was just made fits its schema. */
const NAME = 'the report';

function historyIn(document: JsonObject): ParityHistory | null {
  const report = readReport(document, NAME);
  return report.kind === 'parity history' ? report.history : null;
}

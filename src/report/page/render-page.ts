/** A report as one page, self-contained: equal reports give equal bytes. Pure. */
import type { PageReport } from '../reading/report.ts';
import { driftPage } from './drift-page.ts';
import { parityHistoryPage } from './parity-history-page.ts';
import { parityMatrixPage } from './parity-matrix-page.ts';
import { parityPage } from './parity-page.ts';
import { planPage } from './plan-page.ts';
import { runPage } from './run-page.ts';

export function renderReportPage(report: PageReport): string {
  switch (report.kind) {
    case 'plan':
      return planPage(report);
    case 'run':
      return runPage(report);
    case 'drift':
      return driftPage(report);
    case 'parity':
      return parityPage(report);
    case 'parity matrix':
      return parityMatrixPage(report);
    case 'parity history':
      return parityHistoryPage(report);
    default:
      return report satisfies never;
  }
}

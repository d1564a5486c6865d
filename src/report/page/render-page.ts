/** A report as one page, self-contained: equal reports give equal bytes. Pure. */
import type { PageReport } from '../reading/report.ts';
import { driftPage } from './drift-page.ts';
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
    default:
      return report satisfies never;
  }
}

/** The page of a report, from the JSON that is stored of it. */
import type { JsonObject } from '../../../src/model/json.ts';
import { renderReportPage } from '../../../src/report/page/render-page.ts';
import { readReport } from '../../../src/report/reading/read-report.ts';

export function pageOf(report: JsonObject): string {
  return renderReportPage(readReport(report, 'a.json'));
}

/** Reports of the flow: documents with the secrets taken out, in the folder that the settings name. */
import { resolve } from 'node:path';
import type { JsonObject } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import { maskDocument } from '../report/mask-document.ts';
import { type ReportKind, writeReport } from '../report/write.ts';

export interface ReportRequest {
  readonly kind: ReportKind;
  readonly id: string;
  /** What it is about: a plan, or what says as much of it. */
  readonly plan: Pick<Plan, 'environment'> & { readonly inputs: Pick<Plan['inputs'], 'engines'> };
  readonly document: JsonObject;
  readonly durationMs: number;
}

/** Where reports go, and what takes secrets out of them: of a workspace, or of what has none at the moment. */
export interface ReportPlace {
  readonly repository: { readonly root: string };
  readonly settings: {
    readonly folders: { readonly reports: string };
    readonly reports: { readonly keep: number };
  };
  readonly vault: { mask(text: string): string };
}

/** Resolves with its path. Rejects with `report_unwritable`: what was reported on has happened all the same. */
export function writeFlowReport(
  { repository, settings, vault }: ReportPlace,
  { kind, id, plan, document, durationMs }: ReportRequest,
  version: string,
): Promise<string> {
  const folder = resolve(repository.root, settings.folders.reports);
  const masked = maskDocument(document, (text) => vault.mask(text));
  return writeReport(folder, plan.environment, kind, masked, {
    now: new Date(),
    id,
    keep: settings.reports.keep,
    durationMs,
    trueupVersion: version,
    engines: plan.inputs.engines.map(({ name, driver, facts }) => ({ name, driver, version: facts?.version ?? null })),
  });
}

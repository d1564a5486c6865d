/** What runs was started with, where the template of the machine was written to since. */
import type { JsonObject } from '../../../model/json.ts';
import type { Limactl } from '../limactl/limactl.ts';
import { textOf } from '../marks.ts';
import { filled } from '../template/fill.ts';
import type { MachineSight } from './look.ts';

/** With defaults filled in; `null` where that is what the next start reads, or nobody knows. */
export async function startedTemplate(
  limactl: Limactl,
  machine: MachineSight,
  signal: AbortSignal,
): Promise<JsonObject | null> {
  const text = await startedText(machine);
  return text === null ? null : (await filled(limactl, text, machine.name, signal)).template;
}

/** Our own copy from before the first change of this run, else what trueup wrote last before it was started. */
async function startedText({ files, times }: MachineSight): Promise<string | null> {
  const { template, run, started, applied } = times;
  if (run === null || template === null || template <= run) return null;
  if (started !== null && started > run) return textOf(files.started);
  return applied !== null && applied <= run ? textOf(files.applied) : null;
}

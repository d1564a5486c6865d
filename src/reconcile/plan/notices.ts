/** What the engines at hand make otherwise than somebody may think: warnings at its line, each once however many it is true of. */
import type { CompareInput } from '../../diff/compare.ts';
import { type Diagnostic, warningAt } from '../../model/diagnostic.ts';

export function noticedFields(input: CompareInput): readonly Diagnostic[] {
  const { environment, models, observations, targets } = input;
  if (input.fields !== 'all') return [];
  const bySummary = new Map<string, Diagnostic>();
  for (const resource of environment.resources.values()) {
    const { address, engine, external } = resource;
    const observation = observations.get(engine);
    if (external || observation?.status !== 'known' || targets?.has(address) === false) continue;
    const noticed = models.get(engine)?.notices?.(resource, observation.facts) ?? [];
    for (const { code, field_path: path, summary, detail } of noticed) {
      if (bySummary.has(summary)) continue;
      bySummary.set(summary, warningAt(code, environment.locate(address, path), summary, detail));
    }
  }
  return [...bySummary.values()];
}

/** What the engines at hand, by what they were found to be, cannot honour of what is declared: errors at its line. */
import type { CompareInput } from '../../diff/compare.ts';
import { type Diagnostic, errorAt } from '../../model/diagnostic.ts';

/** What no engine of a kind can honour was said when the manifests were read; here facts speak. */
export function unsupportedFields(input: CompareInput): readonly Diagnostic[] {
  const { environment, models, observations, targets } = input;
  if (input.fields !== 'all') return [];
  const diagnostics: Diagnostic[] = [];
  for (const resource of environment.resources.values()) {
    const { address, engine, external } = resource;
    const observation = observations.get(engine);
    if (external || observation?.status !== 'known' || targets?.has(address) === false) continue;
    const refused = models.get(engine)?.unsupported(resource, observation.facts) ?? [];
    for (const { field_path: path, summary, detail } of refused) {
      diagnostics.push(errorAt('not_supported', environment.locate(address, path), summary, detail));
    }
  }
  return diagnostics;
}

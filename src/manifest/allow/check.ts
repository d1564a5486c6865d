/**
 * Everything that a policy says of one environment, before anything of it is resolved: no secret is fetched, no path on
 * the host is looked at, and no engine hears of it while something is not allowed.
 */
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { JsonObject } from '../../model/json.ts';
import { type Layer, Layers, type ManifestPath } from '../layers.ts';
import { Reporter } from '../reporter.ts';
import { checkAmounts } from './amounts.ts';
import { checkFields } from './fields.ts';
import { checkCharacters } from './hidden-characters.ts';
import { checkHostPlaces } from './host-places.ts';
import type { ForeignPolicy } from './policy.ts';
import { checkReach } from './reach.ts';
import { reportViolations } from './violation.ts';

/** So many mistakes in the files: what they mean together is not looked at any more. */
const MOST = 100;

export interface LayersChecked {
  readonly diagnostics: readonly Diagnostic[];
  /** Whether it is too much, or too wrong, to be looked at further. */
  readonly isHopeless: boolean;
}

/** What stands in the files themselves, whether or not something else takes its place later. */
export function checkLayers(layers: readonly Layer[], { fields, limits }: ForeignPolicy): LayersChecked {
  const diagnostics: Diagnostic[] = [];
  let isTooMuch = false;
  for (const layer of layers) {
    const reporter = new Reporter(new Layers([layer]));
    const found = checkFields(layer.root, fields.root, { limits, isTemplate: true });
    reportViolations([...checkCharacters(layer.root), ...found.violations], reporter);
    for (const diagnostic of reporter.diagnostics) diagnostics.push(diagnostic);
    isTooMuch ||= found.isTooMuch;
  }
  return { diagnostics, isHopeless: isTooMuch || diagnostics.length > MOST };
}

/** What all layers together mean once variables have values. The paths of what is not allowed come back. */
export async function checkValues(
  root: JsonObject,
  policy: ForeignPolicy,
  reporter: Reporter,
  repo: string,
): Promise<readonly ManifestPath[]> {
  const { fields, limits } = policy;
  const { violations, isTooMuch } = checkFields(root, fields.root, { limits, isTemplate: false });
  if (isTooMuch) return reportViolations(violations, reporter);
  const paths = await checkHostPlaces(root, reporter.layers, repo);
  return reportViolations(
    [...violations, ...checkAmounts(root, policy), ...checkReach(root, policy), ...paths],
    reporter,
  );
}

/**
 * Labels and variables of an image reach the container as those of a manifest do, so they are held to the same rules: of
 * both such names are taken over as the repo could declare itself.
 */
import type { DesiredResource } from '../../model/desired.ts';
import { isJsonObject } from '../../model/json.ts';
import { type FromImage, NO_NAME, withFromImage } from '../../model/from-image.ts';
import type { FieldNode } from './field-rules.ts';
import type { ForeignPolicy } from './policy.ts';

/** The same resources; containers among them take over no more than what the policy lists. */
export function boundToPolicy<Key>(
  resources: ReadonlyMap<Key, DesiredResource>,
  { fields, limits }: ForeignPolicy,
): ReadonlyMap<Key, DesiredResource> {
  const from: FromImage = {
    labels: namesAt(fields.root, ['services', '*', 'labels']),
    environment_variables: namesAt(fields.root, ['services', '*', 'environment_variables']),
    volumes: limits.volumes,
  };
  const bound = (resource: DesiredResource): DesiredResource =>
    resource.type === 'service' && isJsonObject(resource.config['container'])
      ? { ...resource, config: withFromImage(resource.config, from) }
      : resource;
  return new Map([...resources].map(([key, resource]) => [key, bound(resource)]));
}

/** A regular expression of the keys that are allowed in a map. */
function namesAt(root: FieldNode, field: readonly string[]): string {
  const place = field.reduce<FieldNode | null>((node, name) => below(node, name), root);
  if (place === null) return NO_NAME;
  const single = [...place.children].flatMap(([key, { rule }]) => (rule === null ? [] : [RegExp.escape(key)]));
  const { rule = null } = place.any ?? {};
  const any = rule === null ? [] : [rule.names === null ? '[\\s\\S]*' : rule.names.source];
  const all = [...single, ...any];
  return all.length === 0 ? NO_NAME : all.map((names) => `(?:${names})`).join('|');
}

function below(node: FieldNode | null, name: string): FieldNode | null {
  if (node === null) return null;
  return (name === '*' ? node.any : node.children.get(name)) ?? null;
}

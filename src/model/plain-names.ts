/** Names that anybody may read: a secret that is called like one of them is not told apart from it, and is looked for nowhere else. */
import { memberAt } from './json.ts';
import type { ObservedObject } from './observed.ts';

export function plainNamesOf({ name, configured }: Pick<ObservedObject, 'name' | 'configured'>): readonly string[] {
  const image = memberAt(configured, 'container', 'image');
  return [name, ...(typeof image === 'string' ? image.split(/[/:@]/) : [])];
}

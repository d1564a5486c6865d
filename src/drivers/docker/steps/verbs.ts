/** The verbs of this driver. They are opaque to plan and execute; each is idempotent by name and precondition. */
import type { StepSpec } from '../../driver.ts';

export const VERBS = [
  // Containers. `create` makes one that does not run; `note` remembers which content a running one was told of.
  'create',
  'start',
  'resume',
  'stop',
  'update',
  'signal',
  'note',
  'rename',
  'remove',
  'connect',
  'disconnect',
  // What worked until now is set aside until its successor has passed its gate, then discarded, else restored. `take_over`
  // gives a successor that ran beside it the names and the place.
  'set_aside',
  'take_over',
  'discard_aside',
  'restore',
  'create_network',
  'remove_network',
  // Volumes. `copy_volume` fills a new one from an old one, `settle_volume` ends what it began.
  'create_volume',
  'copy_volume',
  'settle_volume',
  'remove_volume',
  // Images.
  'pull',
] as const;

export type Verb = (typeof VERBS)[number];

/** What a step does to the command of a container. */
export function lifeOf({ verb, args }: Pick<StepSpec, 'verb' | 'args'>): 'start' | 'stop' | null {
  if (verb === 'start' || (verb === 'restore' && args['starts'] !== false)) return 'start';
  return verb === 'stop' ? 'stop' : null;
}

export function isVerb(text: string): text is Verb {
  return VERBS.some((verb) => verb === text);
}

/** The verbs of this driver. They are opaque to plan and execute; each is idempotent by name and precondition. */

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

export function isVerb(text: string): text is Verb {
  return VERBS.some((verb) => verb === text);
}

/** Hosts of git repos that tell by webhook what was pushed. */
export const FORGES = ['github', 'gitlab', 'gitea', 'forgejo', 'bitbucket'] as const;

export type Forge = (typeof FORGES)[number];

export function isForge(text: string): text is Forge {
  return FORGES.some((forge) => forge === text);
}

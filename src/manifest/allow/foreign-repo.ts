/** A repo whose author is not the operator: what it may declare, and what its things are called. */
import { createHash } from 'node:crypto';
import type { ForeignPolicy } from './policy.ts';

export interface ForeignRepo {
  readonly policy: ForeignPolicy;
  /** In front of the name of every environment, so that nothing of it has a physical name of somebody else. */
  readonly prefix: string;
}

const LONGEST_NAME = 20;

/** `where` is the URL, or the folder, that it comes from: the same gives the same names. */
export function foreignRepo(where: string, policy: ForeignPolicy): ForeignRepo {
  const last =
    where
      .replace(/[/:]+$/, '')
      .replace(/\.git$/, '')
      .split(/[/:]/)
      .at(-1) ?? '';
  const name = last
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, LONGEST_NAME);
  const digest = createHash('sha256').update(where).digest('hex').slice(0, 12);
  return { policy, prefix: name === '' ? `foreign-${digest}` : `${name}-${digest}` };
}

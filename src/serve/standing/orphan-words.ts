/** What is said of an environment that no manifest declares any more. */
import type { ServeEventDetail } from '../../model/serve-event.ts';

export function orphanedWords(name: string): string {
  return `no manifest declares it any more; \`trueup destroy ${name}\` removes what is left of it`;
}

export const DECLARED_AGAIN: ServeEventDetail = { type: 'declared_again', why: 'a manifest declares it again' };

/** What a declared engine is, whatever it is called. Nothing of the machine counts, so that it is the same in every clone. */
import type { EngineDeclaration } from './desired.ts';
import { canonicalJson } from './json.ts';

/** Engines of two declarations are one engine when they are connected to in the same way. */
export function engineIdentity({ driver, settings }: EngineDeclaration): string {
  return `${driver} ${canonicalJson(settings)}`;
}

/** What a declared engine is, whatever it is called. Nothing of the machine counts, so that it is the same in every clone. */
import type { EngineDeclaration, EngineInside } from './desired.ts';
import { canonicalJson } from './json.ts';

/** Engines of two declarations are one engine when they are connected to in the same way. */
export function engineIdentity({ driver, settings, inside }: EngineDeclaration): string {
  const own = `${driver} ${canonicalJson(settings)}`;
  return inside === undefined ? own : `${own} in ${machineText(inside)}`;
}

/** The VM that an engine runs in: two environments may each have one under the same key. */
export function machineText({ name, engine }: EngineInside): string {
  return `${name} on ${engineIdentity(engine)}`;
}

/** Which host the ports of an engine are on, as far as its declaration says. Pure. */
import type { EngineDeclaration } from './desired.ts';
import { engineIdentity, machineText } from './engine-identity.ts';
import { isJsonObject, type Json } from './json.ts';

/**
 * Equal for engines of one host. What names no other host is on this one; what names it in a way that only its own tools
 * understand shares it with nobody but itself.
 */
export function engineHost(engine: EngineDeclaration): string {
  const { settings, inside } = engine;
  if (inside !== undefined) return `in ${machineText(inside)}`;
  const named = Object.entries(settings);
  if (named.some(([name]) => OPAQUE.has(name))) return engineIdentity(engine);
  const hosts = named.flatMap(([, value]) => hostIn(value) ?? []);
  return hosts[0] ?? '';
}

/** A name in a configuration of the user, which is of one machine. */
const OPAQUE: ReadonlySet<string> = new Set(['context']);

/** The host of an address such as `qemu+ssh://me@far/system`; `null` for what is no address, and for one of this host. */
function hostIn(value: Json): string | null {
  if (isJsonObject(value) || typeof value !== 'string') return null;
  const [, scheme = '', authority = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(value) ?? [];
  if (scheme === '' || LOCAL_SCHEMES.has(scheme.toLowerCase())) return null;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return host === '' ? null : host.replace(/:\d+$/, '').toLowerCase();
}

const LOCAL_SCHEMES: ReadonlySet<string> = new Set(['unix', 'npipe', 'file']);

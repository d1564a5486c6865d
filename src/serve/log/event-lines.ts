/**
 * What happens in the daemon as lines of one log. An engine that is away is told once for all environments on it, and once
 * when it is back; that it is tried again and again meanwhile is no news.
 */
import type { ServeEvent } from '../../model/serve-event.ts';
import { serveEventLine } from './event-line.ts';

interface OfEngine {
  readonly environment: string;
  /** The engine, by the name that the environment has for it. */
  readonly what: string;
}

/** An engine that was lost, as its environments tell it alike. */
interface Outage {
  isOver: boolean;
}

export function eventLines(): (event: ServeEvent) => string | null {
  const outages = new Map<string, Outage>();
  /** Of each environment by engine, from the loss to the return. */
  const away = new Map<string, Map<string, Outage>>();

  function isNewLoss({ environment, what, why }: OfEngine & { readonly why: string }): boolean {
    const key = `${what} ${why}`;
    const known = outages.get(key);
    const isKnown = known !== undefined && !known.isOver;
    const outage = isKnown ? known : { isOver: false };
    outages.set(key, outage);
    away.set(environment, (away.get(environment) ?? new Map<string, Outage>()).set(what, outage));
    return !isKnown;
  }

  function isFirstBack({ environment, what }: OfEngine): boolean {
    const lost = away.get(environment);
    const outage = lost?.get(what);
    lost?.delete(what);
    if (lost?.size === 0) away.delete(environment);
    if (outage === undefined) return true;
    const isFirst = !outage.isOver;
    outage.isOver = true;
    for (const [key, other] of outages) if (other === outage) outages.delete(key);
    return isFirst;
  }

  return (event) => {
    if (event.type === 'engine_lost') return isNewLoss(event) ? serveEventLine(event) : null;
    if (event.type === 'engine_back') return isFirstBack(event) ? serveEventLine(event) : null;
    return isAttempt(event) && away.has(event.environment) ? null : serveEventLine(event);
  };
}

function isAttempt(event: ServeEvent): boolean {
  if (event.type === 'triggered') return event.kind === 'retry';
  return event.type === 'pass_ended' && event.outcome === 'blocked' && event.failure?.code === 'engine_unreachable';
}

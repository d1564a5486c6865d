/** What each forge says in the headers of its webhooks. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Forge } from '../../model/forge.ts';

interface Words {
  /** What happened. */
  readonly event: readonly string[];
  /** Which delivery it is: the same when it is sent again. */
  readonly delivery: readonly string[];
}

const HEADERS: Readonly<Record<Forge, Words>> = {
  github: { event: ['x-github-event'], delivery: ['x-github-delivery'] },
  gitlab: { event: ['x-gitlab-event'], delivery: ['webhook-id', 'idempotency-key', 'x-gitlab-event-uuid'] },
  gitea: { event: ['x-gitea-event'], delivery: ['x-gitea-delivery'] },
  forgejo: { event: ['x-forgejo-event', 'x-gitea-event'], delivery: ['x-forgejo-delivery', 'x-gitea-delivery'] },
  // The cloud, then Data Center.
  bitbucket: { event: ['x-event-key'], delivery: ['x-request-uuid', 'x-request-id'] },
};

const LONGEST = 200;

/** In lower case; empty where the header is missing. */
export function eventOf(forge: Forge, headers: IncomingHttpHeaders): string {
  return firstOf(HEADERS[forge].event, headers)?.toLowerCase() ?? '';
}

export function deliveryOf(forge: Forge, headers: IncomingHttpHeaders): string | null {
  return firstOf(HEADERS[forge].delivery, headers);
}

function firstOf(names: readonly string[], headers: IncomingHttpHeaders): string | null {
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '') return value.slice(0, LONGEST);
  }
  return null;
}

/**
 * The lines of several services as they are written. An engine ends the log of what is removed; here a service goes on
 * when it is made anew, and begins when it is created: the events of its engine say when to look again.
 */
import type { EngineEvent } from '../../drivers/engine-event.ts';
import type { LogOptions } from '../../drivers/log-line.ts';
import type { ReachedService } from '../services.ts';
import { linesOf, type ServiceLine } from './read-logs.ts';

/** Goes on until the signal aborts, and then ends without an error. Rejects when a log cannot be read. */
export async function followLogs(
  services: readonly ReachedService[],
  options: LogOptions,
  signal: AbortSignal,
  onLine: (line: ServiceLine) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const bells = new Map(services.map((service) => [service, new Bell()]));
  const engines = new Set(services.map(({ engine }) => engine));
  either.addEventListener('abort', () => ring(bells, () => true), { once: true });
  const following = [...bells].map(([service, bell]) => follow(service, options, bell, either, onLine));
  const listening = [...engines].map(async ({ observer, scope }) => {
    for await (const event of observer.events(scope, either)) ring(bells, (service) => concerns(event, service));
  });
  try {
    await Promise.all([...following, ...listening]);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled([...following, ...listening]);
    throw error;
  }
}

/** One service, whatever containers or processes it is in turn. What is made later is shown from its first line on. */
async function follow(
  service: ReachedService,
  options: LogOptions,
  bell: Bell,
  signal: AbortSignal,
  onLine: (line: ServiceLine) => Promise<void>,
): Promise<void> {
  let next = options;
  while (!signal.aborted) {
    for await (const line of linesOf(service, { ...next, follow: true }, signal)) await onLine({ ...line, service });
    if (!signal.aborted) await bell.heard();
    next = {};
  }
}

function concerns(event: EngineEvent, { resource: { type, name } }: ReachedService): boolean {
  return event.type === 'gap' || (event.object.type === type && event.object.name === name);
}

function ring(bells: ReadonlyMap<ReachedService, Bell>, isMeant: (service: ReachedService) => boolean): void {
  for (const [service, bell] of bells) if (isMeant(service)) bell.ring();
}

/** Remembers that it rang: what happens between a look and the wait after it is not missed. */
class Bell {
  #rung = Promise.withResolvers<void>();

  ring(): void {
    this.#rung.resolve();
  }

  async heard(): Promise<void> {
    await this.#rung.promise;
    this.#rung = Promise.withResolvers();
  }
}

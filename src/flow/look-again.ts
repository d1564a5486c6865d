/** A second look at everything, through connections that are open: what a run brings up may have engines inside. */
import type { Observation } from '../model/observed.ts';
import { throughProvider } from './inside.ts';
import type { ObservedEngine, ObserveRequest } from './observe.ts';
import { seenFor } from './seen.ts';

/** `isAsked`: whether it is news that an engine does not answer. */
export async function lookAgain(
  request: ObserveRequest,
  engines: ReadonlyMap<string, ObservedEngine>,
  isAsked: (engine: string) => boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Observation>> {
  const answers = new Map<string, Observation>();
  const identities = new Map<string, string>();
  const look = async ({ declaration, observer, scope }: ObservedEngine): Promise<void> => {
    const driver = await request.drivers.load(declaration.driver);
    identities.set(declaration.name, driver?.identity(declaration) ?? declaration.name);
    const host = declaration.inside?.engine.name ?? '';
    const provider = { answer: answers.get(host), observer: engines.get(host)?.observer, owners: request.owners };
    const ask = (): Promise<Observation> => observer.observe(scope, signal);
    answers.set(declaration.name, await throughProvider(declaration, { ...provider, ask }, signal));
  };
  const all = [...engines.values()];
  await Promise.all(all.filter(({ declaration }) => declaration.inside === undefined).map(look));
  await Promise.all(all.filter(({ declaration }) => declaration.inside !== undefined).map(look));
  const matters = [...answers].filter(([engine, { status }]) => status === 'known' || isAsked(engine));
  return seenFor(request, new Map(matters), identities);
}

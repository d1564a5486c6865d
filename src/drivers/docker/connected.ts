/** The two faces of the driver that speak to an engine. A module of its own, so that import() loads their client late. */
import type { EngineDeclaration } from '../../model/desired.ts';
import { TrueupError } from '../../model/failure.ts';
import type { Sealer } from '../../model/secret.ts';
import type { Actuator, Observer } from '../driver.ts';
import type { Dial } from '../reach.ts';
import { dockerActuator } from './actuate/actuator.ts';
import { openReader, openWriter } from './api/client.ts';
import type { Endpoint } from './connection/endpoint.ts';
import { identityOf, resolveEndpoint } from './connection/resolve.ts';
import { ContentNotes } from './content-notes.ts';
import type { Ear } from './observe/ear.ts';
import { lostObserver } from './observe/lost-observer.ts';
import { dockerObserver } from './observe/observer.ts';
import type { KnownPlaces } from './reach/known-places.ts';
import { placesEar, placesOf } from './reach/shared-places.ts';

/** Its transport sends nothing that changes anything. An engine that cannot even be named is one that does not answer. */
export async function openObserver(engine: EngineDeclaration, sealer: Sealer, dial?: Dial): Promise<Observer> {
  let endpoint: Endpoint;
  try {
    endpoint = resolveEndpoint(engine, process.env, dial);
  } catch (error) {
    if (error instanceof TrueupError && error.code === 'engine_unreachable') return lostObserver(engine.name, error);
    throw error;
  }
  const ear = (): Ear => placesEar(identityOf(engine));
  return dockerObserver(openReader(endpoint), engine.name, { sealer, notes: notesOf(engine), ear });
}

export async function openActuator(engine: EngineDeclaration, dial?: Dial): Promise<Actuator> {
  const endpoint = resolveEndpoint(engine, process.env, dial);
  const places = (): KnownPlaces | null => placesOf(identityOf(engine));
  return dockerActuator(openWriter(endpoint), endpoint, { notes: notesOf(engine), places });
}

function notesOf(engine: EngineDeclaration): ContentNotes {
  return new ContentNotes(identityOf(engine));
}

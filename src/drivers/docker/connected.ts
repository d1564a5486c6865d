/** The two faces of the driver that speak to an engine. A module of its own, so that import() loads their client late. */
import type { EngineDeclaration } from '../../model/desired.ts';
import { TrueupError } from '../../model/failure.ts';
import type { Sealer } from '../../model/secret.ts';
import type { Actuator, Observer } from '../driver.ts';
import { dockerActuator } from './actuate/actuator.ts';
import { openReader, openWriter } from './api/client.ts';
import type { Endpoint } from './connection/endpoint.ts';
import { identityOf, resolveEndpoint } from './connection/resolve.ts';
import { ContentNotes } from './content-notes.ts';
import { lostObserver } from './observe/lost-observer.ts';
import { dockerObserver } from './observe/observer.ts';

/** Its transport sends nothing that changes anything. An engine that cannot even be named is one that does not answer. */
export async function openObserver(engine: EngineDeclaration, sealer: Sealer): Promise<Observer> {
  let endpoint: Endpoint;
  try {
    endpoint = resolveEndpoint(engine);
  } catch (error) {
    if (error instanceof TrueupError && error.code === 'engine_unreachable') return lostObserver(engine.name, error);
    throw error;
  }
  return dockerObserver(openReader(endpoint), engine.name, sealer, notesOf(engine));
}

export async function openActuator(engine: EngineDeclaration): Promise<Actuator> {
  const endpoint = resolveEndpoint(engine);
  return dockerActuator(openWriter(endpoint), endpoint, notesOf(engine));
}

function notesOf(engine: EngineDeclaration): ContentNotes {
  return new ContentNotes(identityOf(engine));
}

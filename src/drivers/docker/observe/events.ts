/**
 * What happens to the objects of a scope. Events of containers say whose they are; those of networks and volumes carry
 * nothing but names, so their owners are looked up once and remembered. What our own probes and reads cause is left out.
 */
import type { EngineEvent } from '../../engine-event.ts';
import type { Scope } from '../../scope.ts';
import type { EngineReader } from '../api/engine-api.ts';
import type { EventMessage } from '../api/wire.ts';
import { Acquaintances } from './acquaintances.ts';
import { DEAF, type Ear } from './ear.ts';
import { hear, momentOf } from './engine-stream.ts';
import { IMAGE_ACTIONS } from './image-users.ts';

/** Those that say that something changed. */
const CONTAINER_ACTIONS = [
  ...'create start restart stop kill die oom pause unpause rename update destroy health_status'.split(' '),
  // Podman's words for two of them.
  'died',
  'remove',
];
const ATTACHMENT_ACTIONS = ['connect', 'disconnect'];
/** Of networks and volumes. */
const OTHER_ACTIONS = ['create', 'update', 'destroy', 'remove'];

/** The engine leaves the rest out itself: health checks alone cause three events each. */
export const FILTERS: Readonly<Record<'type' | 'event', readonly string[]>> = {
  type: ['container', 'network', 'volume', 'image'],
  event: [...new Set([...CONTAINER_ACTIONS, ...ATTACHMENT_ACTIONS, ...OTHER_ACTIONS, ...IMAGE_ACTIONS])],
};

/** Begins with a gap: from then on nothing is missed, and what was before it is for the listener to look at. */
export async function* watchScope(
  reader: EngineReader,
  scope: Scope,
  signal: AbortSignal,
  { ear = DEAF, since = null }: { readonly ear?: Ear; readonly since?: string | null } = {},
): AsyncGenerator<EngineEvent> {
  const known = new Acquaintances(reader, scope);
  let isFirst = true;
  try {
    for await (const heard of hear(reader, FILTERS, signal, { ear, since })) {
      if (heard.type === 'message') {
        const at = momentOf(heard.message);
        for await (const event of changesOf(heard.message, known, signal)) {
          yield event.type === 'changed' && at !== null ? { ...event, at } : event;
        }
        continue;
      }
      // Before the gap is told: what vanishes after this look is known by then, what vanished before it the listener sees.
      if (heard.listening) await known.look(signal);
      yield { type: 'gap', reason: heard.reason, ...(isFirst && heard.listening ? {} : { away: true }) };
      isFirst = false;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function* changesOf(
  message: EventMessage,
  known: Acquaintances,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  const { Type: type, Action: action } = message;
  if (type === 'container' && isAmong(CONTAINER_ACTIONS, action)) {
    for (const name of known.container(message)) yield changed('service', name, action);
  } else if (type === 'network' && isAmong(ATTACHMENT_ACTIONS, action)) {
    const name = known.attached(message);
    if (name !== null) yield changed('service', name, action);
  } else if (type === 'network' && isAmong(OTHER_ACTIONS, action)) {
    const name = await known.network(message, signal);
    if (name !== null) yield changed('network', name, action);
  } else if (type === 'volume' && isAmong(OTHER_ACTIONS, action)) {
    const name = await known.volume(message, signal);
    if (name !== null) yield changed('volume', name, action);
  } else if (type === 'image' && isAmong(IMAGE_ACTIONS, action)) {
    const { images, services } = known.image(message);
    for (const reference of images) yield changed('image', reference, action);
    // Whether they run what their name means is seen by looking at them.
    for (const name of services) yield changed('service', name, `image ${action}`);
  }
}

/** Some actions say more behind a colon: `health_status: healthy`. */
function isAmong(actions: readonly string[], action: string): boolean {
  return actions.includes(action.split(':', 1)[0] ?? '');
}

function changed(type: 'service' | 'network' | 'volume' | 'image', name: string, action: string): EngineEvent {
  return { type: 'changed', object: { type, name }, action };
}

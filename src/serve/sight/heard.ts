/** What is remembered of the events of engines, so that they are gone on with where they were last heard. Pure. */
import type { EngineEvent } from '../../drivers/engine-event.ts';
import type { ServedMemory } from '../../model/served-memory.ts';

/** The same memory where the event tells no time. An engine whose clock was set back is gone on with at its new time. */
export function withHeard(memory: ServedMemory, engine: string, event: EngineEvent): ServedMemory {
  if (event.type === 'gap' || event.at === undefined || memory.heard[engine] === event.at) return memory;
  return { ...memory, heard: { ...memory.heard, [engine]: event.at } };
}

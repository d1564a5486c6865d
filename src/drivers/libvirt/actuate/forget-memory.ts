/** Takes from a machine that is suspended what it remembers: it belongs to a disk that is gone, and would ruin any other. */
import type { JsonObject } from '../../../model/json.ts';
import { bring, forgotten } from './bring.ts';
import type { Changing } from './changing.ts';
import { machineAt } from './machine-at.ts';

/** Idempotent: what remembers nothing, or is gone, is done. */
export async function forgetMemory(changing: Changing, name: string): Promise<JsonObject> {
  const found = await machineAt(changing, name);
  if (found === null || found.state.run_state !== 'suspended') return {};
  changing.context.progress(`what ${name} remembers is dropped: it belongs to a disk that is gone`);
  await bring(changing, name, forgotten(name));
  return { dropped_save: true };
}

/**
 * Starts a machine, and waits until Lima has got what it waits for. A name that is not there is never started: Lima would make a
 * machine of that name from a template of its own.
 */
import { durationMs } from '../../../model/duration.ts';
import { type JsonObject, member, scalarText } from '../../../model/json.ts';
import { parseSize } from '../../../model/quantity.ts';
import { startVariables } from '../accelerator.ts';
import { refused } from '../limactl/failures.ts';
import { assertPortsFree } from './ports.ts';
import { assertMemory } from './room.ts';
import type { Changing, Named } from './changing.ts';
import { knownMachine, machineAt } from './machine-at.ts';
import { forceDown } from './stop.ts';

const TIMEOUT_MS = 300_000;
/** Beyond what Lima gives itself. */
const MARGIN_MS = 30_000;
/** As long as its host agent may be about to bring up its process. */
const COMING_UP_MS = 20_000;

/** Idempotent: what runs goes on. */
export async function startMachine(
  changing: Changing,
  { name, config }: Named,
  isNeighbour: boolean,
): Promise<JsonObject> {
  const found = isNeighbour ? await machineAt(changing, name) : await knownMachine(changing, name);
  if (found === null) return { skipped: true };
  const { limactl, context } = changing;
  if (found.status === 'Running') return {};
  if (found.status === 'Broken') await forceDown(changing, found);
  await assertPortsFree(name, found.template ?? {});
  assertMemory(name, parseSize(scalarText(found.template?.['memory'] ?? '')) ?? 0);
  // Who asks for a start alone declares nothing.
  const timeout = member(config['ready'] ?? null, 'timeout') ?? found.mark?.kept['ready_timeout'] ?? null;
  const limit = durationMs(timeout, TIMEOUT_MS);
  const command = ['start', '--timeout', `${Math.ceil(limit / 1000)}s`, name];
  const { exit_code: code, stderr } = await limactl.ask(command, context.signal, {
    timeoutMs: limit + MARGIN_MS,
    env: startVariables(config, await changing.facts()),
  });
  if (code === 0) return {};
  // It may run and only lack something that Lima waits for: then its gate says what. On its way there it is broken for a moment.
  const now = await machineAt(changing, name, COMING_UP_MS);
  if (now?.status === 'Running') return { degraded: true };
  throw refused(limactl.engine, command, stderr);
}

/** Shuts a machine down, and switches it off where that takes too long or it is broken. */
import { durationMs } from '../../../model/duration.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import { PRIVATE_FILE, writeFileAtomic } from '../../../files/atomic-file.ts';
import type { Limactl } from '../limactl/limactl.ts';
import { must } from '../limactl/limactl.ts';
import { textOf } from '../marks.ts';
import { machineNamed, type MachineSight } from '../observe/look.ts';
import type { Changing } from './changing.ts';
import { machineAt } from './machine-at.ts';
import { portsLetGo } from './ports.ts';

const GRACE_MS = 30_000;
const FORCE_MS = 60_000;

/** Idempotent: what is off stays off, and what is gone is done. */
export async function stopMachine(changing: Changing, name: string, grace: Json): Promise<JsonObject> {
  const found = await machineAt(changing, name);
  if (found === null) return { skipped: true };
  if (found.template === null) await putTemplateBack(changing, found);
  const now = found.template === null ? await machineAt(changing, name) : found;
  if (now === null || now.status === 'Stopped') return {};
  const isDown = now.status === 'Running' && (await shutDown(changing, name, durationMs(grace, GRACE_MS)));
  if (!isDown) await forceDown(changing, now);
  return { forced: !isDown };
}

/** Whether it went down in its time. The call itself waits longer than anybody asked for. */
async function shutDown({ limactl, context }: Changing, name: string, graceMs: number): Promise<boolean> {
  const inTime = AbortSignal.timeout(Math.max(graceMs, 1));
  try {
    const { exit_code: code } = await limactl.ask(['stop', name], AbortSignal.any([context.signal, inTime]), {
      timeoutMs: graceMs + 10_000,
    });
    return code === 0 && (await isStopped(limactl, name, context.signal));
  } catch (error) {
    context.signal.throwIfAborted();
    if (!inTime.aborted) throw error;
    return isStopped(limactl, name, context.signal);
  }
}

async function isStopped(limactl: Limactl, name: string, signal: AbortSignal): Promise<boolean> {
  return (await machineNamed(limactl, name, signal))?.status === 'Stopped';
}

/** Ends whatever of it is left: its process, its host agent, and their files. */
export async function forceDown(changing: Changing, { name, status, template }: MachineSight): Promise<void> {
  const { limactl, context } = changing;
  if (status === 'Stopped' || template === null) return;
  await must(limactl, ['stop', '--force', name], context.signal, { timeoutMs: FORCE_MS });
  if (await isStopped(limactl, name, context.signal)) return portsLetGo(template, context.signal);
  throw new TrueupError('stop_timeout', `machine ${name} cannot be switched off`, {
    fields: { name },
    next: `look for its processes: \`limactl list --json ${name}\` names them`,
  });
}

/** A template that nobody can read is the one that was applied last: without one Lima does nothing with a machine. */
async function putTemplateBack({ context }: Changing, { name, files, unfinished }: MachineSight): Promise<void> {
  const text = (await textOf(files.applied)) ?? unfinished?.template ?? null;
  if (text === null)
    throw new TrueupError('step_failed', `nobody knows any more what machine ${name} is: its lima.yaml is lost`, {
      fields: { name },
      next: `put a lima.yaml into ${files.folder}, or remove that folder`,
    });
  context.progress(`the template of ${name} cannot be read any more, and is put back as it was applied last`);
  await writeFileAtomic(files.template, text, PRIVATE_FILE);
}

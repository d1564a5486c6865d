/**
 * Makes a machine that has never run. A note of it stands before the first call and goes after the last, so that whatever a killed
 * run leaves is known, and is made again from its beginning: there is nothing on it to lose.
 */
import { randomUUID } from 'node:crypto';
import type { Address } from '../../../model/address.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { PRIVATE_FILE, writeFileAtomic } from '../../../files/atomic-file.ts';
import { privateFolder } from '../../../files/private-folder.ts';
import { acceleratorFor } from '../accelerator.ts';
import { dropIntent, readIntent, writeIntent } from '../intent.ts';
import { must } from '../limactl/limactl.ts';
import { keptOfMachine, writeMark } from '../marks.ts';
import { machineNamed } from '../observe/look.ts';
import { originIn } from '../observe/objects.ts';
import { machineFiles } from '../places.ts';
import { ownerMark } from '../../owner-mark.ts';
import { templateText } from '../template/fill.ts';
import { templateOf } from '../template/write.ts';
import type { Changing, Named } from './changing.ts';
import { assertValid } from './assert-valid.ts';
import { machineAt } from './machine-at.ts';
import { deleteMachine } from './delete.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** An image may have a long way. */
const TIMEOUT_MS = 3_600_000;

/** Idempotent: what was made to its end stays. */
export async function createMachine(changing: Changing, address: Address, machine: Named): Promise<JsonObject> {
  const { limactl, context } = changing;
  const { name, config } = machine;
  const found = await machineAt(changing, name);
  if (found !== null && found.unfinished === null) return {};
  const facts = await changing.facts();
  const files = machineFiles(limactl.engine, name);
  if (found !== null || (await readIntent(files.intent)) !== null) await deleteMachine(changing, name);
  const template = templateText(
    templateOf({ name, config, hostArch: facts.host_arch, reveal: (secret) => context.vault.reveal(secret) }),
  );
  await assertValid(changing, name, template);
  const begun = ownerMark(address, { name, config }, context);
  await writeIntent(files.intent, { mark: begun, template });
  context.progress(`making ${name}`);
  await using folder = await privateFolder('trueup-lima-');
  const file = join(folder.path, `${name}.yaml`);
  await writeFile(file, template, { mode: PRIVATE_FILE });
  await orUndone(changing, name, () =>
    changing.withKey(() => must(limactl, ['create', '--name', name, file], context.signal, { timeoutMs: TIMEOUT_MS })),
  );
  const made = await machineNamed(limactl, name, context.signal);
  if (made === null || made.template === null)
    throw new TrueupError('step_failed', `Lima made ${name}, and does not list it`, { fields: { name } });
  await writeFileAtomic(files.applied, template, PRIVATE_FILE);
  const kept = keptOfMachine(name, config, acceleratorFor(config, facts), {
    id: randomUUID(),
    origin: originIn(made.template),
  });
  await writeMark(files.mark, ownerMark(address, kept, context));
  await dropIntent(files.intent);
  return { folder: files.folder };
}

/** What Lima leaves of a machine that it could not make is nothing that anybody wants to see. */
async function orUndone(changing: Changing, name: string, make: () => Promise<unknown>): Promise<void> {
  try {
    await make();
  } catch (error) {
    changing.context.signal.throwIfAborted();
    await deleteMachine(changing, name);
    throw error;
  }
}

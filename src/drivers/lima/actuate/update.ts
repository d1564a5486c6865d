/**
 * Writes what the next start of a machine reads. Lima has no call for that while a machine runs, and reads the file at each start.
 * What runs goes on with what it was started with, of which a copy stays beside.
 */
import { copyFile } from 'node:fs/promises';
import type { Address } from '../../../model/address.ts';
import type { JsonObject } from '../../../model/json.ts';
import { PRIVATE_FILE, writeFileAtomic } from '../../../files/atomic-file.ts';
import { acceleratorFor } from '../accelerator.ts';
import { idOf, keptOfMachine, originOf, textOf, writeMark } from '../marks.ts';
import type { MachineSight } from '../observe/look.ts';
import { originIn } from '../observe/objects.ts';
import { ownerMark, renewedMark } from '../../owner-mark.ts';
import { templateText } from '../template/fill.ts';
import { templateOf } from '../template/write.ts';
import { assertValid } from './assert-valid.ts';
import type { Changing, Named } from './changing.ts';
import { knownMachine } from './machine-at.ts';

export async function updateMachine(
  changing: Changing,
  address: Address,
  { name, config }: Named,
): Promise<JsonObject> {
  const { context } = changing;
  const facts = await changing.facts();
  const found = await knownMachine(changing, name);
  const { files, mark } = found;
  const template = templateText(
    templateOf({ name, config, hostArch: facts.host_arch, reveal: (secret) => context.vault.reveal(secret) }),
  );
  await assertValid(changing, name, template);
  const origin = originOf(mark?.kept ?? {}) ?? (found.template === null ? {} : originIn(found.template));
  const kept = keptOfMachine(name, config, acceleratorFor(config, facts), { id: idOf(mark?.kept ?? {}), origin });
  // The mark first: it says what in the template is secret.
  await writeMark(files.mark, renewedMark(ownerMark(address, kept, context), mark));
  if ((await textOf(files.template)) === template) return {};
  await keepStarted(found);
  await writeFileAtomic(files.applied, template, PRIVATE_FILE);
  await writeFileAtomic(files.template, template, PRIVATE_FILE);
  return {};
}

/** The template that what runs was started with, before it is written over for the first time since. */
async function keepStarted({ files, times }: MachineSight): Promise<void> {
  const { run, template, started, applied } = times;
  if (run === null || (started !== null && started > run)) return;
  if (template !== null && template <= run) await copyFile(files.template, files.started);
  else if (applied !== null && applied <= run) await copyFile(files.applied, files.started);
}

/** `trueup snapshot import`: puts the disks of a package in place, for a VM that is declared; `trueup apply` makes the VM around them. */
import { resolve } from 'node:path';
import { openPackage } from '../../flow/machines/open-package.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { TrueupError } from '../../model/failure.ts';
import { safeText } from '../../report/safe-text.ts';
import { vmPackageDocument } from '../../report/vm-package.ts';
import { canConfirm, confirmationRequired, confirmed } from '../confirm.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { namedMachine } from '../machines.ts';
import { isKeptByProtect } from './kept-by-protect.ts';
import { onMachine, qualified } from './on-machine.ts';
import type { SnapshotOptions } from './options.ts';
import { tenths } from './percent.ts';

export async function importMachine(
  context: CommandContext,
  workspace: Workspace,
  [path = '', word = '']: readonly string[],
  options: SnapshotOptions,
): Promise<ExitStatus> {
  const named = await namedMachine(context, workspace, word, options);
  const vm = qualified(named);
  const { address, config } = named.resource;
  if (options.force && isKeptByProtect(context, named)) return EXIT.partial;
  if (options.force && !canConfirm(context, options))
    throw confirmationRequired('what is on disks that are there would be lost; then pass --auto-approve');
  const file = resolve(context.directory, path);
  const { signal } = context;
  const progress = tenths((text) => context.note(text), `checking ${safeText(path)}`);
  await using held = await openPackage(file, { signal, progress });
  const request = { command: 'trueup snapshot import', lock: options };
  return await onMachine(context, workspace, named, request, async ({ machine, step, tell }) => {
    const { object } = machine;
    const put = (await machine.actuator()).machines?.putParts;
    if (put === undefined)
      throw new TrueupError('unsupported', `the engine of ${address} takes no packages`, {
        next: 'a package goes back to the kind of engine that it is from',
      });
    const question = `Replace the disks of ${vm} by those of ${path}?`;
    if (options.force && !(await confirmed(context, options, question))) {
      context.note('Nothing was changed.');
      return EXIT.error;
    }
    context.beforeChange();
    const { head, definition, integrity } = held;
    const contents = { ...head, definition: { name: head.definition, text: definition } };
    const source = { contents, read: held.read };
    await put({ object, address, config, replace: options.force }, source, step);
    const details = { package: head.id, integrity_hash: integrity, command: request.command };
    const message = 'disks were imported';
    await tell((ledger) => {
      // It is made anew around the disks: that it is gone until then is nobody else's doing.
      if (object !== null) ledger.removed(address, details);
      ledger.tell(address, { type: 'UserAction', severity: 'Info', message, details });
    });
    const size = head.parts.reduce((sum, { bytes }) => sum + bytes, 0);
    if (context.output === 'json')
      context.printJson(
        vmPackageDocument(vm, {
          id: head.id,
          container_id: head.vm_id,
          format: 'zip',
          location: file,
          status: 'succeeded',
          integrity_hash: integrity,
          created_at: head.created_at,
          size_bytes: size,
        }),
      );
    context.print(`Imported ${safeText(path)}: \`trueup apply ${safeText(vm)}\` makes the VM around its disks.`);
    return EXIT.done;
  });
}

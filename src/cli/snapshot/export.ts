/** `trueup snapshot export`: a VM as one file, with its disks. Goes on where an earlier one ended. Does not ask. */
import { resolve } from 'node:path';
import { exportPackage } from '../../flow/machines/export.ts';
import { presentMachine } from '../../flow/machines/reach.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { TrueupError } from '../../model/failure.ts';
import { bytesText } from '../../report/bytes-text.ts';
import { safeText } from '../../report/safe-text.ts';
import { vmPackageDocument } from '../../report/vm-package.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { namedMachine } from '../machines.ts';
import { onMachine, qualified } from './on-machine.ts';
import type { SnapshotOptions } from './options.ts';
import { tenths } from './percent.ts';

export async function exportMachine(
  context: CommandContext,
  workspace: Workspace,
  [word = '', path = '']: readonly string[],
  options: SnapshotOptions,
): Promise<ExitStatus> {
  const named = await namedMachine(context, workspace, word, options);
  const vm = qualified(named);
  const file = resolve(context.directory, path);
  const request = { command: 'trueup snapshot export', lock: options };
  const made = await onMachine(context, workspace, named, request, async ({ machine, step, tell }) => {
    presentMachine(machine);
    const { contents, readPart } = machine.observer.machines ?? {};
    if (contents === undefined || readPart === undefined)
      throw new TrueupError('unsupported', `the engine of ${named.resource.address} hands out no packages`, {
        next: 'copy what is in it by other means',
      });
    const { signal } = step;
    const progress = tenths((text) => context.note(text), `writing ${safeText(path)}`);
    const source = {
      contents: await contents(machine.object, signal),
      read: (part: Parameters<typeof readPart>[1], offset: number) => readPart(machine.object, part, offset, signal),
    };
    const done = await exportPackage(file, source, { signal, at: new Date().toISOString(), progress });
    const details = { package: done.id, integrity_hash: done.integrity_hash, command: request.command };
    await tell((ledger) =>
      ledger.tell(named.resource.address, {
        type: 'UserAction',
        severity: 'Info',
        message: 'it was exported',
        details,
      }),
    );
    return done;
  });
  if (context.output === 'json') context.printJson(vmPackageDocument(vm, made));
  context.print(
    `Exported ${safeText(vm)} to ${safeText(path)} (${bytesText(made.size_bytes)}, ${made.integrity_hash}).`,
  );
  return EXIT.done;
}

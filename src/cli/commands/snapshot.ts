/** `trueup snapshot`: keeps what a VM is, brings it back, and carries it elsewhere as one file. */
import { TrueupError } from '../../model/failure.ts';
import { nearest } from '../../model/nearest.ts';
import type { Workspace } from '../../flow/workspace.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import type { ExitStatus } from '../exit-status.ts';
import { addLockOption } from '../lock-option.ts';
import { addInputOptions } from '../options.ts';
import { createSnapshot } from '../snapshot/create.ts';
import { deleteNamed } from '../snapshot/delete.ts';
import { exportMachine } from '../snapshot/export.ts';
import { importMachine } from '../snapshot/import.ts';
import { listSnapshots } from '../snapshot/list.ts';
import type { SnapshotOptions } from '../snapshot/options.ts';
import { restoreNamed } from '../snapshot/restore.ts';

interface Action {
  readonly access: 'read' | 'change';
  /** What has to stand behind it, in words. */
  readonly needs: string;
  readonly words: readonly [least: number, most: number];
  run(
    context: CommandContext,
    workspace: Workspace,
    words: readonly string[],
    options: SnapshotOptions,
  ): Promise<ExitStatus>;
}

const ACTIONS: Readonly<Record<string, Action>> = {
  create: { access: 'change', needs: 'a VM, and a label if you like', words: [1, 2], run: createSnapshot },
  list: { access: 'read', needs: 'VMs or environments, or nothing', words: [0, Infinity], run: listSnapshots },
  restore: { access: 'change', needs: 'a VM, and a snapshot by its id or label', words: [2, 2], run: restoreNamed },
  delete: { access: 'change', needs: 'a VM, and a snapshot by its id or label', words: [2, 2], run: deleteNamed },
  export: { access: 'change', needs: 'a VM, and a file', words: [2, 2], run: exportMachine },
  import: { access: 'change', needs: 'a file, and a VM', words: [2, 2], run: importMachine },
};

const NAMES = Object.keys(ACTIONS);

export const command: CommandDefinition = defineCommand<SnapshotOptions>({
  configure(snapshot) {
    const configured = addInputOptions(snapshot)
      .description(
        'Snapshots of VMs: create VM [LABEL], list [VM…], restore VM SNAPSHOT, delete VM SNAPSHOT; and a VM as one file: export VM FILE, import FILE VM.',
      )
      .usage(`[options] <${NAMES.join('|')}> [words...]`)
      .argument(`<${NAMES.join('|')}>`, 'what to do')
      .argument('[words...]', 'the VM, and what else the action needs')
      .option('--description <text>', 'create: what is to be known of it')
      .option('--discard', 'restore: do not keep what the VM is now', false)
      .option('--force', 'import: in place of disks that are there, with all that is on them', false)
      .option('--auto-approve', 'do not ask', false);
    addLockOption(configured);
  },
  async run(context, [name = '', ...words], options) {
    const action = ACTIONS[name];
    if (action === undefined) throw unknownAction(name);
    const [least, most] = action.words;
    if (words.length < least || words.length > most)
      throw new TrueupError('usage', `snapshot ${name} needs ${action.needs}`, {
        next: '`trueup snapshot --help` shows how',
      });
    return action.run(context, await context.workspace(action.access), words, options);
  },
});

function unknownAction(name: string): TrueupError {
  const suggestion = nearest(name, NAMES);
  return new TrueupError('usage', name === '' ? 'snapshot needs an action' : `snapshot has no action "${name}"`, {
    next: suggestion === null ? `there are: ${NAMES.join(', ')}` : `did you mean "${suggestion}"?`,
  });
}

/** `trueup destroy`: removes an environment or parts of it, dependents first; data stays unless --volumes or its deletion policy says so. */
import { endFreeze, freezesOf } from '../../flow/freezing.ts';
import { orphanedEnvironment, remainsOf } from '../../flow/orphans.ts';
import { addressNotFound, type Selected } from '../../flow/selection.ts';
import { undeclaredIn } from '../../flow/undeclared.ts';
import type { Workspace } from '../../flow/workspace.ts';
import { TrueupError } from '../../model/failure.ts';
import { safeText } from '../../report/safe-text.ts';
import { change, type Changed, conclude } from '../changing.ts';
import { canConfirm, confirmationRequired } from '../confirm.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import { addLockOption, type LockOptions, lockTimeoutOf } from '../lock-option.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { planOptions } from '../planning.ts';
import { hideCredentials } from '../remote-sources.ts';
import { loadSelected } from '../selecting.ts';
import { openServedUrl, type ServedUrl } from '../served-url.ts';

interface DestroyOptions extends GlobalOptions, InputOptions, LockOptions {
  readonly autoApprove: boolean;
  readonly volumes: boolean;
  readonly url?: string;
}

export const command: CommandDefinition = defineCommand<DestroyOptions>({
  // The progress says that it stops.
  interrupt: 'quiet',
  configure(destroy) {
    addInputOptions(destroy)
      .description(
        'Stop and remove what trueup made, dependents first. Data stays unless --volumes is given, or its deletion_policy is delete.',
      )
      .argument('<environment or address...>', 'what to remove')
      .option('--volumes', 'remove volumes and the data in them too', false)
      .option('--url <url>', 'of the repo that `trueup serve` served by this URL, once it serves it no longer')
      .option('--auto-approve', 'do not ask', false);
    addLockOption(destroy);
  },
  async run(context, words, options) {
    if (options.url !== undefined) hideCredentials([options.url]);
    if (words.length === 0) {
      throw new TrueupError('usage', 'destroy needs the name of an environment or an address', {
        next: 'see what is there with `trueup status`',
      });
    }
    await using served = options.url === undefined ? null : await openServedUrl(context, options.url);
    const open = (access: 'read' | 'change'): Promise<Workspace> => context.workspace(access, served?.place);
    if (!canConfirm(context, options)) {
      await destroyed(context, await open('read'), { words, served }, options);
      throw confirmationRequired('see what is there with `trueup status`, then pass --auto-approve');
    }
    const workspace = await open('change');
    const changed: Changed[] = [];
    for (const selection of await destroyed(context, workspace, { words, served }, options)) {
      changed.push(await destroyOne(context, workspace, selection, options));
      if (changed.at(-1)?.status === EXIT.interrupted) break;
    }
    return conclude(context, changed);
  },
});

/** An environment whose manifests are gone can still be removed: by its name. */
async function destroyed(
  context: CommandContext,
  workspace: Workspace,
  { words, served }: { readonly words: readonly string[]; readonly served: ServedUrl | null },
  options: DestroyOptions,
): Promise<readonly Selected[]> {
  if (workspace.foreign !== null || served?.isReadable === false) return remainsByName(context, workspace, words);
  const [word, ...more] = words;
  const orphan =
    word === undefined || more.length > 0 ? null : await orphanedEnvironment(workspace, word, context.signal);
  if (orphan !== null) return [{ environment: orphan, addresses: [] }];
  return loadSelected(context, workspace, words, options, { secrets: 'resolve', without: 'all', undeclared: 'taken' });
}

/** What manifests say does not matter for that: those of somebody else are not read, and no secret of theirs is fetched. */
async function remainsByName(
  { signal }: CommandContext,
  workspace: Workspace,
  words: readonly string[],
): Promise<readonly Selected[]> {
  return Promise.all(
    words.map(async (name) => {
      const environment = await remainsOf(workspace, name, signal);
      if (environment !== null) return { environment, addresses: [] };
      throw new TrueupError('environment_not_found', `nothing is left of an environment "${name}"`, {
        fields: { environment: name },
        next: 'name a whole environment, as `trueup serve` listed it behind the name of the repo',
      });
    }),
  );
}

async function destroyOne(
  context: CommandContext,
  workspace: Workspace,
  { environment, addresses }: Selected,
  options: DestroyOptions,
): Promise<Changed> {
  const what = addresses.length === 0 ? environment.name : addresses.join(', ');
  const now = new Date().toISOString();
  const frozen = await freezesOf(workspace.state, environment.name, { addresses, now });
  for (const { address, by, reason } of frozen) {
    context.note(
      `${safeText(address)} is frozen by ${safeText(by)} (${safeText(reason)}); that it goes ends the freeze.`,
    );
  }
  const changed = await change(context, workspace, {
    command: 'trueup destroy',
    environment,
    options: planOptions({ mode: 'destroy', targets: new Set(addresses), destroyData: options.volumes }),
    question: `Remove ${what}${options.volumes ? ', with its data' : ''}?`,
    autoApprove: options.autoApprove,
    check(planned) {
      // What is declared no more, and kept for its data, goes by its address as well.
      const known = new Set([...environment.resources.keys(), ...undeclaredIn(planned, workspace.owners)]);
      const unknown = addresses.find((address) => !known.has(address));
      if (unknown !== undefined) throw addressNotFound(`${environment.name}/${unknown}`, [environment]);
    },
    ...lockTimeoutOf(options),
  });
  if (changed.status === EXIT.done) {
    for (const { address } of frozen) await endFreeze(workspace.state, environment.name, address, now);
  }
  return changed;
}

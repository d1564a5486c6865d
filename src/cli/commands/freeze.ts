/** `trueup freeze`: leaves a resource alone while somebody debugs it; says what is frozen; ends it. Needs no engine, and does not ask. */
import { hostname, userInfo } from 'node:os';
import { allFreezes, endFreeze, type EnvironmentFreeze, freeze } from '../../flow/freezing.ts';
import { freezeTerms } from '../../flow/freeze-terms.ts';
import { keyOf } from '../../model/address.ts';
import { TrueupError } from '../../model/failure.ts';
import { nearest } from '../../model/nearest.ts';
import { freezesDocument, renderFreezes } from '../../report/freezes.ts';
import { safeText } from '../../report/safe-text.ts';
import { freezeEndText } from '../../report/words.ts';
import type { CommandContext } from '../context.ts';
import { type CommandDefinition, defineCommand } from '../define-command.ts';
import { EXIT } from '../exit-status.ts';
import { addInputOptions, type GlobalOptions, type InputOptions } from '../options.ts';
import { loadSelected } from '../selecting.ts';

interface FreezeOptions extends GlobalOptions, InputOptions {
  readonly for?: string;
  readonly reason?: string;
  readonly end: boolean;
}

const DEFAULT_LENGTH = '1h';

export const command: CommandDefinition = defineCommand<FreezeOptions>({
  configure(definition) {
    addInputOptions(definition)
      .description(
        'Leave resources alone while you debug them: neither the daemon nor apply touches them. Without an address: show what is frozen.',
      )
      .argument('[address...]', 'what to leave alone')
      .option('--for <duration>', 'how long, at most 168h (default: 1h)')
      .option('--reason <text>', 'why, for those who wonder')
      .option('--end', 'end it now', false);
  },
  async run(context, words, options) {
    if (words.length > 0 && options.end) await end(context, words, options);
    else if (words.length > 0) await begin(context, words, options);
    else await list(context, options);
    return EXIT.done;
  },
});

async function list(context: CommandContext, options: FreezeOptions): Promise<void> {
  if (options.end || options.for !== undefined || options.reason !== undefined) {
    throw new TrueupError('usage', 'freeze needs an address', { next: 'see what there is with `trueup status`' });
  }
  const workspace = await context.workspace('read');
  const now = Date.now();
  show(context, await allFreezes(workspace.state, new Date(now).toISOString()), now);
}

async function begin(context: CommandContext, words: readonly string[], options: FreezeOptions): Promise<void> {
  const length = options.for === undefined ? '' : ` --for ${/\s/.test(options.for) ? `"${options.for}"` : options.for}`;
  const example = `trueup freeze ${words.join(' ')}${length} --reason "…"`;
  const { reason, lengthMs } = freezeTerms(options.reason, { for: options.for ?? DEFAULT_LENGTH }, example);
  const workspace = await context.workspace('change');
  const selected = await loadSelected(context, workspace, words, options, { secrets: 'leave', without: 'only' });
  const whole = selected.find(({ addresses }) => addresses.length === 0);
  if (whole !== undefined) {
    const { name, resources } = whole.environment;
    const first = [...resources.keys()].find((address) => !address.startsWith('image.')) ?? 'service.…';
    throw new TrueupError('usage', `freeze needs addresses: ${name} is a whole environment`, {
      next: `name what you debug, such as ${name}/${first}`,
    });
  }
  const now = Date.now();
  const [since, until] = [new Date(now).toISOString(), new Date(now + lengthMs).toISOString()];
  const made: EnvironmentFreeze[] = [];
  for (const { environment, addresses } of selected) {
    for (const address of addresses) {
      const wanted = { address, since, until, reason: context.mask(reason), by: caller() };
      await freeze(workspace.state, environment, wanted);
      made.push({ environment: environment.name, ...wanted });
    }
  }
  if (context.output === 'json') context.printJson(freezesDocument(made));
  for (const { environment, address } of made) {
    context.print(`${safeText(`${environment}/${address}`)} is left alone until ${freezeEndText({ since, until })}.`);
  }
}

/** Also of what no manifest declares any more: a freeze that nobody could end would be none to trust. */
async function end(context: CommandContext, words: readonly string[], options: FreezeOptions): Promise<void> {
  if (options.for !== undefined || options.reason !== undefined) {
    throw new TrueupError('usage', '--end takes neither --for nor --reason', {
      next: `trueup freeze ${words.join(' ')} --end`,
    });
  }
  const workspace = await context.workspace('change');
  const now = Date.now();
  const at = new Date(now).toISOString();
  const known = await allFreezes(workspace.state, at);
  const meant = words.map((word) => meantBy(word, known));
  for (const { environment, address } of meant) await endFreeze(workspace.state, environment, address, at);
  if (context.output === 'json') context.printJson(freezesDocument(await allFreezes(workspace.state, at)));
  for (const { environment, address } of meant) {
    context.print(`${safeText(`${environment}/${address}`)} is frozen no more.`);
  }
}

function meantBy(word: string, known: readonly EnvironmentFreeze[]): EnvironmentFreeze {
  const namesOf = ({ environment, address }: EnvironmentFreeze): readonly string[] =>
    [address, keyOf(address)].flatMap((name) => [name, `${environment}/${name}`]);
  const matches = known.filter((one) => namesOf(one).includes(word));
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return only;
  const choices = (some: readonly EnvironmentFreeze[]): string =>
    some.map(({ environment, address }) => `${environment}/${address}`).join(', ');
  if (matches.length > 1) {
    throw new TrueupError('ambiguous_address', `"${word}" could be ${matches.length} frozen resources`, {
      next: `write one of: ${choices(matches)}`,
    });
  }
  const suggestion = nearest(word, known.flatMap(namesOf));
  const next = suggestion === null ? `frozen: ${choices(known) || 'nothing'}` : `did you mean "${suggestion}"?`;
  throw new TrueupError('address_not_found', `nothing frozen is called "${word}"`, { next });
}

function caller(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}@${hostname()}`;
  }
}

function show(context: CommandContext, freezes: readonly EnvironmentFreeze[], now: number): void {
  if (context.output === 'json') context.printJson(freezesDocument(freezes));
  context.print(renderFreezes(freezes, { ...context.render, now }));
}

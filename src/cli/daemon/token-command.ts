/** `trueup serve token create|list|revoke`: who may ask the API through TCP. */
import type { Command } from 'commander';
import { TrueupError } from '../../model/failure.ts';
import { nearest } from '../../model/nearest.ts';
import { renderTable } from '../../report/table.ts';
import { safeText } from '../../report/safe-text.ts';
import { isRole, ROLES } from '../../serve/api/roles.ts';
import { type Token, tokenJson, TokenStore } from '../../serve/api/tokens.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { durationOption } from '../options.ts';

const ACTIONS = ['create', 'list', 'revoke'] as const;

export interface TokenOptions {
  readonly role?: string;
  readonly name?: string;
  readonly expires?: number;
}

export function addTokenOptions(serve: Command): Command {
  return serve
    .option('--role <role>', `token create: what it may do (${ROLES.join(', ')})`)
    .option('--name <name>', 'token create: what it is called')
    .option('--expires <duration>', 'token create: for how long it is good; for good when absent', durationOption)
    .addHelpText(
      'after',
      '\nTokens of the API: trueup serve token create|list|revoke. A folder of that name is ./token.',
    );
}

/** `words` are those behind `token`. */
export async function tokenCommand(
  context: CommandContext,
  [action, ...names]: readonly string[],
  options: TokenOptions,
): Promise<ExitStatus> {
  const tokens = new TokenStore();
  if (action === 'create') return create(context, tokens, names, options);
  if (action === 'list') return list(context, tokens);
  if (action === 'revoke') return revoke(context, tokens, names);
  const suggestion = nearest(action ?? '', ACTIONS);
  const what = action === undefined ? 'token needs an action' : `token has no action "${action}"`;
  throw usage(what, suggestion === null ? `there are: ${ACTIONS.join(', ')}` : `did you mean "${suggestion}"?`);
}

async function list(context: CommandContext, tokens: TokenStore): Promise<ExitStatus> {
  const known = await tokens.list();
  if (context.output === 'json') context.printJson({ tokens: known.map(tokenJson) });
  context.print(known.length === 0 ? 'There is no token.' : tableOf(known, context.render.width));
  return EXIT.done;
}

async function revoke(context: CommandContext, tokens: TokenStore, names: readonly string[]): Promise<ExitStatus> {
  if (names.length === 0) throw usage('token revoke needs the name of a token', '`trueup serve token list` shows them');
  for (const name of names) await tokens.revoke(name, context.signal);
  if (context.output === 'json') context.printJson({ revoked: names });
  context.print(`Revoked ${names.join(', ')}.`);
  return EXIT.done;
}

async function create(
  context: CommandContext,
  tokens: TokenStore,
  [word, ...more]: readonly string[],
  options: TokenOptions,
): Promise<ExitStatus> {
  const name = options.name ?? word;
  const { role, expires } = options;
  if (name === undefined || more.length > 0) throw usage('token create needs one name', 'give it with --name laptop');
  if (role === undefined || !isRole(role)) {
    const next = `--role is one of: ${ROLES.join(', ')}`;
    throw usage(role === undefined ? 'token create needs a role' : `there is no role "${role}"`, next);
  }
  const made = await tokens.create({ name, role, lifetimeMs: expires ?? null }, context.signal);
  if (context.output === 'json') {
    context.printJson({ ...tokenJson(made.token), token: made.plain });
    return EXIT.done;
  }
  context.note(`The token "${name}" with the role ${role}. It is shown this once and kept nowhere:`);
  // Also with --quiet: it is what the command is for.
  context.stdout.write(`${made.plain}\n`);
  return EXIT.done;
}

function tableOf(tokens: readonly Token[], width: number): string {
  return renderTable<Token>(
    [
      { title: 'NAME', rank: 0, cell: ({ name }) => safeText(name) },
      { title: 'ROLE', rank: 0, cell: ({ role }) => role },
      { title: 'CREATED', rank: 1, cell: ({ created_at: at }) => at },
      { title: 'EXPIRES', rank: 0, cell: ({ expires_at: at }) => at ?? 'never' },
    ],
    tokens,
    width,
  );
}

function usage(message: string, next: string): TrueupError {
  return new TrueupError('usage', message, { next });
}

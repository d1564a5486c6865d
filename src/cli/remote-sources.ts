/** Repos that `trueup serve` follows by URL: their options, and their sources. */
import type { Command } from 'commander';
import { parseRemoteSpec, type RefOptions, type RemoteSpec } from '../git/ref-spec.ts';
import { REMOTE_LIMITS, SAFE_TRANSPORTS } from '../git/remote-access.ts';
import { isRemoteUrl, type RemoteUrl } from '../git/remote-url.ts';
import type { ForeignRepo } from '../manifest/allow/foreign-repo.ts';
import { TrueupError } from '../model/failure.ts';
import { RemoteSource, type RemoteSourceOptions } from '../serve/sources/remote-source.ts';
import type { FollowedRepo } from '../serve/webhooks/targets.ts';
import { openForeignRepo } from './foreign.ts';
import { durationOption } from './options.ts';
import { type FollowRule, loadOperatorSettings } from './operator-settings.ts';

export interface RemoteOptions extends RefOptions {
  readonly poll?: number;
  readonly trust: boolean;
  readonly allowPolicy?: string;
}

export type RemoteContext = Omit<RemoteSourceOptions, 'spec' | 'foreign' | 'verify' | 'pollMs'> & {
  /** What relative paths are relative to. */
  readonly directory: string;
};

export function addRemoteOptions(serve: Command): Command {
  return serve
    .option('--branch <name>', 'of a URL: follow this branch')
    .option('--tag <name>', 'of a URL: follow this tag')
    .option('--semver <range>', 'of a URL: follow the newest tag in a range, such as "^1.2"')
    .option('--commit <hash>', 'of a URL: stay at this commit')
    .option('--poll <duration>', 'of a URL: ask the remote this often (default: 60s)', durationOption)
    .option('--trust', 'of a URL: it may declare whatever a folder of yours may; else a policy says what', false)
    .option('--allow-policy <file>', 'of a URL: that policy, instead of the one that trueup brings along');
}

/** Everybody on this machine can read a command line: one with credentials in a URL is taken back before anything else is done. */
export function hideCredentials(words: readonly string[]): void {
  if (words.some((word) => /^[a-z+]+:\/\/[^/?#]*@/i.test(word))) process.title = 'trueup';
}

/** Refuses options that mean nothing for what is served. */
export function assertRemoteOptions(words: readonly string[], options: RemoteOptions): void {
  const urls = words.filter((word) => isRemoteUrl(word));
  const { branch, tag, semver, commit, poll, trust, allowPolicy } = options;
  if (allowPolicy !== undefined && trust) {
    throw new TrueupError('usage', '--trust and --allow-policy contradict each other', {
      next: 'leave one of them out',
    });
  }
  const refs = Object.entries({ branch, tag, semver, commit }).filter(([, value]) => value !== undefined);
  const [name] = [
    ...refs.map(([key]) => key),
    ...(poll === undefined ? [] : ['poll']),
    ...(trust ? ['trust'] : []),
    ...(allowPolicy === undefined ? [] : ['allow-policy']),
  ];
  if (name !== undefined && urls.length === 0) {
    throw new TrueupError('usage', `--${name} is about a repo that is served by URL, and none is`, {
      next: 'name a URL, or leave the option out',
    });
  }
  if (refs.length > 0 && urls.length > 1) {
    throw new TrueupError('usage', `--${refs[0]?.[0] ?? ''} with ${urls.length} URLs`, {
      next: 'name the ref of each behind its URL: URL#branch, or URL#semver:^1.2',
    });
  }
}

/** Whatever is wrong with what is asked for, found out without the remotes and without making anything. */
export async function assertRemotes(
  words: readonly string[],
  options: RemoteOptions,
  place: Pick<RemoteContext, 'directory' | 'environment'>,
): Promise<void> {
  assertRemoteOptions(words, options);
  for (const word of words.filter((one) => isRemoteUrl(one))) await remoteOf(word, options, place);
}

/** Asks the remote nothing yet. Throws `locked` where another process serves the URL. */
export async function openRemoteSource(
  word: string,
  options: RemoteOptions,
  { directory, ...context }: RemoteContext,
  signal: AbortSignal,
): Promise<RemoteSource> {
  const { environment } = context;
  const { spec, rule, foreign } = await remoteOf(word, options, { directory, environment });
  return RemoteSource.open(
    {
      ...context,
      spec,
      pollMs: options.poll ?? rule.pollMs,
      limits: { ...REMOTE_LIMITS, maxBytes: rule.maxBytes },
      ...(rule.verify === null ? {} : { verify: rule.verify }),
      ...(foreign === null ? {} : { foreign }),
    },
    signal,
  );
}

interface Remote {
  readonly spec: RemoteSpec;
  readonly rule: FollowRule;
  /** `null` for the operator's own. */
  readonly foreign: ForeignRepo | null;
}

async function remoteOf(
  word: string,
  options: RemoteOptions,
  { directory, environment }: Pick<RemoteContext, 'directory' | 'environment'>,
): Promise<Remote> {
  const spec = parseRemoteSpec(word, options);
  if (!options.trust) assertSafe(spec.url);
  const rule = (await loadOperatorSettings(environment)).follow(spec.url.shown);
  const { allowPolicy: policyFile } = options;
  // Whoever can push there runs things here, so that it takes a word of the operator.
  if (options.trust) return { spec, rule, foreign: null };
  const place = { directory, environment, ...(policyFile === undefined ? {} : { policyFile }) };
  return { spec, rule, foreign: await openForeignRepo(spec.url.shown, place) };
}

/** At once, and not at every look. */
function assertSafe({ shown, transport }: RemoteUrl): void {
  if (SAFE_TRANSPORTS.includes(transport)) return;
  throw new TrueupError('transport_refused', `${shown} is reached over ${transport}: not for a repo of somebody else`, {
    fields: { url: shown, transport },
    next: 'use https or ssh, or pass --trust where the repo is yours',
  });
}

/** What a webhook can tell to look. */
export function followedRepo(source: RemoteSource): FollowedRepo {
  return {
    name: source.name,
    urls: [source.where],
    concerns: (ref) => source.concerns(ref),
    poke: () => source.poke(),
  };
}

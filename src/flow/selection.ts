/**
 * What the words on the command line mean: environments, or addresses such as `local/service.web`, `service.web` or,
 * where it is unambiguous, `web`.
 */
import { type Address, isAddress, keyOf } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import { nearest } from '../model/nearest.ts';

export interface Selected {
  readonly environment: DesiredEnvironment;
  /** Empty for the whole environment. */
  readonly addresses: readonly Address[];
}

/** `taken`: an address that nothing declares is one all the same; whoever asks for it has to see whether it is there. */
export interface SelectingOptions {
  readonly undeclared?: 'taken';
}

/** Every word resolved against the loaded environments, in the order of the environments. */
export function select(
  words: readonly string[],
  environments: readonly DesiredEnvironment[],
  options: SelectingOptions = {},
): readonly Selected[] {
  if (words.length === 0) return environments.map((environment) => ({ environment, addresses: [] }));
  const chosen = new Map<DesiredEnvironment, Address[]>();
  const whole = new Set<DesiredEnvironment>();
  for (const word of words) {
    const { environment, address } = resolveWord(word, environments, options);
    const addresses = chosen.get(environment) ?? [];
    chosen.set(environment, addresses);
    if (address === null) whole.add(environment);
    else addresses.push(address);
  }
  return environments
    .filter((environment) => chosen.has(environment))
    .map((environment) => ({ environment, addresses: whole.has(environment) ? [] : (chosen.get(environment) ?? []) }));
}

interface Resolved {
  readonly environment: DesiredEnvironment;
  readonly address: Address | null;
}

function resolveWord(
  word: string,
  environments: readonly DesiredEnvironment[],
  { undeclared }: SelectingOptions,
): Resolved {
  const named = environments.find((environment) => environment.name === word);
  if (named !== undefined) return { environment: named, address: null };
  const matches = environments.flatMap((environment) =>
    matchingIn(word, environment).map((address): Resolved => ({ environment, address })),
  );
  const [only] = matches;
  if (matches.length === 1 && only !== undefined) return only;
  if (matches.length > 0) throw ambiguous(word, matches);
  const taken = undeclared === 'taken' ? unresolved(word, environments) : null;
  if (taken === null) throw addressNotFound(word, environments);
  return taken;
}

function unresolved(word: string, environments: readonly DesiredEnvironment[]): Resolved | null {
  const [only, ...others] = environments;
  const named = environments.find(({ name }) => word.startsWith(`${name}/`));
  const environment = named ?? (others.length === 0 ? only : undefined);
  const address = named === undefined ? word : word.slice(named.name.length + 1);
  return environment !== undefined && isAddress(address) ? { environment, address } : null;
}

/** Behind the name of the environment, or by itself: the key of an image may hold slashes, as an address with one does. */
function matchingIn(word: string, environment: DesiredEnvironment): readonly Address[] {
  const prefix = `${environment.name}/`;
  const found = [word, ...(word.startsWith(prefix) ? [word.slice(prefix.length)] : [])];
  return [...new Set(found.flatMap((candidate) => matching(candidate, environment)))];
}

function matching(word: string, environment: DesiredEnvironment): readonly Address[] {
  if (isAddress(word)) return environment.resources.has(word) ? [word] : [];
  return [...environment.resources.keys()].filter((address) => keyOf(address) === word);
}

/** With what is meant, perhaps. */
export function addressNotFound(word: string, environments: readonly DesiredEnvironment[]): TrueupError {
  const addresses = environments.flatMap((environment) =>
    [...environment.resources.keys()].flatMap((address) => [`${environment.name}/${address}`, address, keyOf(address)]),
  );
  const names = environments.map((environment) => environment.name);
  const suggestion = nearest(word, [...names, ...addresses]);
  const next = suggestion === null ? `declared: ${names.join(', ') || 'nothing'}` : `did you mean "${suggestion}"?`;
  return new TrueupError('address_not_found', `no environment or resource is called "${word}"`, { next });
}

function ambiguous(word: string, matches: readonly Resolved[]): TrueupError {
  const choices = matches.map(({ environment, address }) => `${environment.name}/${address ?? ''}`);
  const next = `write one of: ${choices.join(', ')}`;
  return new TrueupError('ambiguous_address', `"${word}" could be ${choices.length} resources`, { next });
}

/** The addresses with everything that they depend on or use: what `apply ADDRESS` takes along. */
export function withDependencies(environment: DesiredEnvironment, addresses: readonly Address[]): ReadonlySet<Address> {
  const reached = new Set<Address>();
  const queue = [...addresses];
  for (let address = queue.pop(); address !== undefined; address = queue.pop()) {
    if (reached.has(address)) continue;
    reached.add(address);
    const resource = environment.resources.get(address);
    queue.push(...(resource?.dependencies.map((dependency) => dependency.address) ?? []), ...(resource?.uses ?? []));
  }
  return reached;
}

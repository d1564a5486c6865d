/**
 * What is left of an environment with mistakes once all that they touch is left out. Each mistake is of one entry, such as
 * `services.web`, and what it has a part in goes with it; a mistake that is of no entry is of the environment, and nothing is left.
 */
import { type Address, addressOf, type ResourceType } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { type Diagnostic, mistakeText } from '../model/diagnostic.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberAt } from '../model/json.ts';
import { asPartial, type PartialEnvironment, withoutUnsound } from '../model/partial-environment.ts';
import type { Position, SourceRange } from '../model/source.ts';
import type { Layer, ManifestPath } from './layers.ts';
import type { Reporter } from './reporter.ts';
import { addressNamed } from './resolve/dependencies.ts';
import type { ServiceEntry } from './resolve/entries.ts';
import { DEFAULT_NETWORK } from './resolve/networks.ts';

export interface PartialInput {
  /** As it was resolved without what is wrong. */
  readonly environment: DesiredEnvironment;
  readonly entries: readonly ServiceEntry[];
  /** The values before anything was left out. */
  readonly root: JsonObject;
  /** The paths of texts that are made of something wrong. */
  readonly wrong: readonly ManifestPath[];
  readonly layers: readonly Layer[];
  /** What its files say by themselves, before they are one environment. */
  readonly ofFiles: readonly Diagnostic[];
  readonly reporter: Reporter;
}

/** The collections whose entries stand for themselves. */
const TYPES: Readonly<Record<string, ResourceType>> = {
  services: 'service',
  volumes: 'volume',
  networks: 'network',
  vms: 'vm',
  clusters: 'cluster',
};

/** `null` where the mistakes are of the environment as such. */
export function partialEnvironment(input: PartialInput): PartialEnvironment | null {
  const mistakes = mistakesIn(input);
  const reasons = mistaken(mistakes);
  if (reasons === null) return null;
  for (const [address, reason] of entangled(input, mistakes)) if (!reasons.has(address)) reasons.set(address, reason);
  return withoutUnsound(asPartial(withoutImplied(input)), reasons);
}

interface Found {
  readonly path: ManifestPath;
  readonly reason: string;
}

/** Every mistake, those of single files first, and last what is made of something wrong. */
function mistakesIn({ reporter, ofFiles, layers, wrong }: PartialInput): readonly Found[] {
  const inFiles = ofFiles.filter(({ severity }) => severity === 'error');
  return [
    ...inFiles.map((diagnostic) => ({ path: pathAt(layers, diagnostic.source), reason: mistakeText(diagnostic) })),
    ...reporter.mistakes.map(({ path, diagnostic }) => ({ path, reason: mistakeText(diagnostic) })),
    ...wrong.map((path) => ({ path, reason: 'a variable that it uses has a mistake' })),
  ].filter(({ path }) => path[0] !== 'variables' || path.length === 1);
}

/** What mistakes are in, each with the first of them; `null` where one is in no entry. */
function mistaken(mistakes: readonly Found[]): Map<Address, string> | null {
  const reasons = new Map<Address, string>();
  for (const { path, reason } of mistakes) {
    const address = entryAddress(path);
    if (address === null) return null;
    if (!reasons.has(address)) reasons.set(address, reason);
  }
  return reasons;
}

/** Of `services.web` and all below it that of the service; `null` for what is of no entry. */
function entryAddress([collection = '', key]: ManifestPath): Address | null {
  const type = TYPES[collection];
  return type === undefined || key === undefined ? null : addressOf(type, key);
}

/**
 * What mistakes elsewhere have a part in: whether a service runs to its end is said by those that wait for it, and whether
 * there is a network `default` by those that join no other.
 */
function entangled(input: PartialInput, mistakes: readonly Found[]): ReadonlyMap<Address, string> {
  const tied = new Map<Address, string>();
  const undecided = new Set<Address>();
  for (const { path } of mistakes) {
    const [collection, key, field, name] = path;
    if (collection !== 'services' || key === undefined) continue;
    const service = addressOf('service', key);
    if (isOfNetworks(path)) undecided.add(service);
    if (field !== undefined && field !== 'dependencies') continue;
    const names = name === undefined ? namesIn(memberAt(input.root, 'services', key, 'dependencies')) : [name];
    for (const address of names.map(addressNamed)) {
      if (isRunning(address, input)) tied.set(address, `whether ${service} waits for its end is not known`);
    }
  }
  const [first] = undecided;
  if (first !== undefined && !hasDefaultNetwork(input, undecided)) {
    tied.set(addressOf('network', DEFAULT_NETWORK), `whether ${first} joins it is not known`);
  }
  return tied;
}

/** A container that names no network joins the default one, and a process none. */
function isOfNetworks([, , field, ...more]: ManifestPath): boolean {
  if (field === 'container' || field === 'process') return more.length === 0;
  return field === undefined || (field === 'networking' && (more.length === 0 || more[0] === 'networks'));
}

/** Whether it is there, and as far as is known nobody waits for its end. */
function isRunning(address: Address, { entries }: PartialInput): boolean {
  const entry = entries.find((candidate) => candidate.address === address);
  return entry !== undefined && entry.resolved.config['run_state'] === 'running';
}

/** Whether it is declared, or joined for sure: a process whose command has a mistake is a process all the same, and joins none. */
function hasDefaultNetwork({ root, entries }: PartialInput, undecided: ReadonlySet<Address> = new Set()): boolean {
  const isProcess = (key: string): boolean => isJsonObject(memberAt(root, 'services', key, 'process'));
  const sure = entries.filter(({ address }) => !undecided.has(address));
  const joined = sure.flatMap(({ key, attachments }) =>
    attachments.filter(({ segment }) => segment !== null || !isProcess(key)).map(({ network }) => network),
  );
  return isJsonObject(memberAt(root, 'networks', DEFAULT_NETWORK)) || joined.includes(DEFAULT_NETWORK);
}

/** Without a network that came to be only because something was left out. */
function withoutImplied(input: PartialInput): DesiredEnvironment {
  const { environment } = input;
  if (hasDefaultNetwork(input)) return environment;
  const resources = new Map(environment.resources);
  resources.delete(addressOf('network', DEFAULT_NETWORK));
  return { ...environment, resources };
}

/** Of a list or a map of dependencies. */
function namesIn(dependencies: Json): readonly string[] {
  if (isJsonObject(dependencies)) return Object.keys(dependencies);
  return isJsonArray(dependencies) ? dependencies.filter((name) => typeof name === 'string') : [];
}

/** The entry in whose lines a file has something; empty where it is in none. */
function pathAt(layers: readonly Layer[], source: SourceRange | null): ManifestPath {
  if (source === null) return [];
  for (const { file, root } of layers.filter((layer) => layer.file.path === source.file)) {
    for (const collection of Object.keys(TYPES)) {
      const entries = memberAt(root, collection);
      const keys = isJsonObject(entries) ? Object.keys(entries) : [];
      const key = keys.find((name) => {
        const [start, , , end] = file.member(entries, name) ?? [0, 0, 0, 0];
        return isInside(source, file.range(start, end));
      });
      if (key !== undefined) return [collection, key];
    }
  }
  return [];
}

function isInside({ start }: SourceRange, around: SourceRange): boolean {
  return !isBefore(start, around.start) && isBefore(start, around.end);
}

function isBefore(left: Position, right: Position): boolean {
  return left.line < right.line || (left.line === right.line && left.column < right.column);
}

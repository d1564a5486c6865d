/**
 * Import, the pure part: from what stands on an engine to the manifest that a person would have written. Everything keeps its
 * physical name, which the manifest claims, so that nothing is made anew; what cannot be said is said.
 */
import { addressOf, type ResourceType } from '../../model/address.ts';
import type { ForeignObject } from '../../model/foreign.ts';
import { compareText, isJsonObject, type JsonObject, jsonEqual, member, memberAt } from '../../model/json.ts';
import { plainNamesOf } from '../../model/plain-names.ts';
import { joinedComments } from './comments.ts';
import { Draft } from './draft.ts';
import { awaitedCompletions, edgeComments, type Neighbour } from './edges.ts';
import type { Imported, ImportInput } from './imported.ts';
import { type GivenKey, Keys, type Named, validKey } from './keys.ts';
import { importedNetwork, importedVolume } from './objects.ts';
import { portRivals } from './port-rivals.ts';
import { wordsOf } from './secret-words.ts';
import { Secrets } from './secrets.ts';
import { importedService } from './service.ts';
import { objectAt, textAt, textsAt } from './values.ts';
import { ownVariables } from './variables.ts';

/** What the engine itself names has so many digits. */
const NAMELESS = /^[0-9a-f]{64}$/;

export function importObjects(input: ImportInput): Imported {
  return new Import(input).done();
}

/** A resource with the key that it gets. */
interface Keyed extends GivenKey {
  readonly foreign: ForeignObject;
}

class Import {
  readonly #input: ImportInput;
  readonly #project: string | null;
  readonly #services: readonly Keyed[];
  readonly #networks: readonly Keyed[];
  readonly #volumes: readonly Keyed[];
  readonly #drafts: Draft[] = [];
  readonly #secrets: Secrets;

  constructor(input: ImportInput) {
    this.#input = input;
    this.#project = commonProject(input);
    const prefixes = [...new Set([...projectsOf(input), input.environment])];
    this.#services = this.#keyed('service', prefixes);
    this.#networks = this.#keyed('network', prefixes);
    this.#volumes = this.#keyed('volume', prefixes);
    this.#secrets = secretsOf(this.#services, [...this.#networks, ...this.#volumes]);
  }

  done(): Imported {
    const awaited = awaitedCompletions(this.#services.map(({ foreign }) => foreign.object));
    const rivals = portRivals(
      this.#services.map(({ key, foreign }) => ({ key, configured: foreign.object.configured })),
    );
    const [networkKeys, volumeKeys] = [keysByName(this.#networks), keysByName(this.#volumes)];
    const services = this.#services.map((one) => {
      const draft = this.#draft('service', one);
      const { object, place } = one.foreign;
      const names = {
        ...this.#input,
        key: one.key,
        name: object.name,
        rivals: rivals.get(one.key) ?? new Map<string, string>(),
        secrets: this.#secrets,
        isAwaited: place?.key !== undefined && place.key !== null && awaited.has(place.key),
        networkKey: (name: string) => networkKeys.get(name) ?? name,
        volumeKey: (name: string) => volumeKeys.get(name) ?? name,
      };
      return { ...one, ...importedService(one.foreign, names, draft), comments: draft.comments };
    });
    const fixed = fixedAddresses(this.#services);
    const networks = this.#networks.map((one): [string, JsonObject] => {
      const name = one.foreign.object.name;
      return [
        one.key,
        importedNetwork(
          one.foreign,
          one.key,
          { fixed: fixed.get(name) ?? [], secrets: this.#secrets },
          this.#draft('network', one),
        ),
      ];
    });
    const volumes = this.#volumes.map((one): [string, JsonObject] => [
      one.key,
      importedVolume(one.foreign, one.key, this.#secrets, this.#draft('volume', one)),
    ]);
    const predefined = new Set(
      this.#networks.flatMap(({ foreign }) => (foreign.predefined ? [foreign.object.name] : [])),
    );
    const neighbours = services.map((one) => neighbourOf(one, one.variables, predefined));
    const keysOfTool = new Map(
      this.#services
        .toReversed()
        .flatMap(({ key, foreign: { place } }) => (place === null || place.key === null ? [] : [[place.key, key]])),
    );
    return {
      project: this.#project === null || this.#input.projects?.has(this.#project) === true ? null : this.#project,
      services: Object.fromEntries(services.map(({ key, tree }) => [key, tree])),
      networks: Object.fromEntries(networks),
      volumes: Object.fromEntries(volumes),
      comments: joinedComments(
        services.map(({ key, comments }): [string, readonly string[]] => [key, comments]),
        edgeComments(neighbours, (key) => keysOfTool.get(key) ?? null),
      ),
      ignored: this.#drafts.flatMap(({ ignored }) => ignored),
      variables: this.#secrets.variables(),
      secrets: this.#secrets.all(),
      notes: this.#drafts.flatMap(({ notes }) => notes),
      stopped: services.filter(({ isStopped }) => isStopped).map(({ key }) => addressOf('service', key)),
    };
  }

  #draft(type: ResourceType, { key, from }: Keyed): Draft {
    const draft = new Draft(type, key);
    if (from !== null) {
      const isTaken = validKey(from) === from;
      draft.note('renamed', isTaken ? `another ${type} has the key "${from}"` : `"${from}" is no valid key`);
    }
    this.#drafts.push(draft);
    return draft;
  }

  /** In the order of the names, so that equal engines give equal manifests. */
  #keyed(type: ResourceType, prefixes: readonly string[]): readonly Keyed[] {
    const keys = new Keys(prefixes);
    const uses = type === 'volume' ? firstUses(this.#services) : null;
    const found = this.#input.objects
      .filter(({ object }) => object.type === type)
      // What has a key of its own comes first, and keeps it.
      .toSorted((left, right) => rank(left) - rank(right) || compareText(left.object.name, right.object.name));
    const named = found.map((foreign): Named => {
      const { name } = foreign.object;
      if (foreign.predefined) return { name, key: name, number: 1 };
      const nameless = NAMELESS.test(name) ? (uses?.get(name) ?? null) : null;
      const place = this.#projectCounts(foreign) ? foreign.place : null;
      const number = nameless === null ? (place?.number ?? 1) : 1;
      return { name, key: nameless ?? place?.key ?? null, number };
    });
    const given = keys.keysFor(named);
    const keyed = found.flatMap((foreign, index): Keyed[] => {
      const one = given[index];
      return one === undefined ? [] : [{ ...one, foreign }];
    });
    return keyed.toSorted((left, right) => compareText(left.key, right.key));
  }

  /** Keys of two projects may be the same, and then the names tell them apart. */
  #projectCounts({ place }: ForeignObject): boolean {
    return place !== null && (this.#project === null || place.project === this.#project);
  }
}

/** The engine's own first, then what another tool has a key for. */
function rank({ place, predefined }: ForeignObject): number {
  if (predefined) return 0;
  return place?.key === undefined || place.key === null ? 2 : 1;
}

function keysByName(keyed: readonly Keyed[]): ReadonlyMap<string, string> {
  return new Map(keyed.map(({ key, foreign }) => [foreign.object.name, key]));
}

/** A nameless volume is called after the first service that mounts it, and where. */
function firstUses(services: readonly Keyed[]): ReadonlyMap<string, string> {
  const uses = services.toReversed().flatMap(({ key, foreign }) =>
    Object.entries(objectAt(foreign.object.configured, 'storage', 'volumes'))
      .toReversed()
      .flatMap(([path, mount]): [string, string][] => {
        const volume = textAt(mount, 'volume');
        return volume === null ? [] : [[volume, `${key}-${validKey(path.split('/').at(-1) ?? 'data')}`]];
      }),
  );
  return new Map(uses);
}

/** All that names itself a secret, in whatever service, is known before the first of them is put in words. */
function secretsOf(services: readonly Keyed[], others: readonly Keyed[]): Secrets {
  const secrets = new Secrets(plainNames([...services, ...others]));
  for (const { key, foreign } of services) {
    const { configured, defaults = {} } = foreign.object;
    const address = addressOf('service', key);
    for (const [name, value] of ownVariables(foreign)) secrets.hearVariable(name, value, address);
    for (const field of ['entrypoint', 'command']) {
      const words = member(objectAt(configured, 'container'), field);
      if (!jsonEqual(words, member(objectAt(defaults, 'container'), field))) secrets.hearWords(wordsOf(words));
    }
    const check = member(configured, 'health_check');
    if (!jsonEqual(check, member(defaults, 'health_check'))) secrets.hearWords(textsAt(check, 'test'));
  }
  return secrets;
}

/** What stands in any manifest: keys, names, and words of names of images. */
function plainNames(all: readonly Keyed[]): readonly string[] {
  return all.flatMap(({ key, foreign }) => [key, ...plainNamesOf(foreign.object)]);
}

function projectsOf({ objects }: ImportInput): readonly string[] {
  return objects.flatMap(({ place }) => (place === null ? [] : [place.project]));
}

/** That of all containers; `null` where they have none in common, or it is the environment's name anyway. */
function commonProject(input: ImportInput): string | null {
  const services = input.objects.filter(({ object }) => object.type === 'service');
  const [first] = services;
  const project = first?.place?.project ?? null;
  const isCommon = project !== null && services.every(({ place }) => place?.project === project);
  return isCommon && project === validKey(project) ? project : null;
}

function fixedAddresses(services: readonly Keyed[]): ReadonlyMap<string, readonly string[]> {
  const fixed = services.flatMap(({ foreign }) =>
    Object.entries(objectAt(foreign.object.configured, 'networking', 'networks')).flatMap(([network, attachment]) =>
      ['ipv4_address', 'ipv6_address'].flatMap((field): [string, string][] => {
        const address = textAt(attachment, field);
        return address === null ? [] : [[network, address]];
      }),
    ),
  );
  return new Map(
    [...Map.groupBy(fixed, ([network]) => network)].map(([network, found]) => [network, found.map(([, one]) => one)]),
  );
}

function neighbourOf(
  { key, foreign }: Keyed,
  variables: Readonly<Record<string, string>>,
  predefined: ReadonlySet<string>,
): Neighbour {
  const { object } = foreign;
  const networks = Object.entries(objectAt(object.configured, 'networking', 'networks'));
  const test = textsAt(member(object.configured, 'health_check'), 'test');
  const hostname = memberAt(object.configured, 'networking', 'hostname');
  return {
    key,
    names: [
      key,
      object.name,
      ...(typeof hostname === 'string' ? [hostname] : []),
      ...networks.flatMap(([, attachment]) => (isJsonObject(attachment) ? textsAt(attachment, 'aliases') : [])),
    ],
    // On the engine's own networks nobody has a name.
    networks: networks.map(([name]) => name).filter((name) => !predefined.has(name)),
    hasCheck: test.length > 0 && test[0] !== 'NONE',
    variables,
    dependencies: objectAt(object.configured, 'dependencies'),
  };
}

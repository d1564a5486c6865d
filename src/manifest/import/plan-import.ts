/**
 * Import, the pure part: from what stands on an engine to the manifest that a person would have written. Everything keeps its
 * physical name, which the manifest claims, so that nothing is made anew; what cannot be said is said.
 */
import { addressOf, type ResourceType } from '../../model/address.ts';
import type { ForeignObject } from '../../model/foreign.ts';
import { compareText, isJsonObject, type JsonObject, member, memberAt } from '../../model/json.ts';
import { Draft } from './draft.ts';
import { awaitedCompletions, edgeComment, type Neighbour } from './edges.ts';
import type { Imported, ImportInput } from './imported.ts';
import { Keys, validKey } from './keys.ts';
import { importedNetwork, importedVolume } from './objects.ts';
import { portRivals } from './port-rivals.ts';
import { SecretFiles } from './secret-files.ts';
import { importedService } from './service.ts';
import { objectAt, textAt, textsAt } from './values.ts';

/** What the engine itself names has so many digits. */
const NAMELESS = /^[0-9a-f]{64}$/;

export function importObjects(input: ImportInput): Imported {
  return new Import(input).done();
}

/** A resource with the key that it gets. */
interface Keyed {
  readonly key: string;
  /** What the key would be, were that valid and free; `null` where it is. */
  readonly from: string | null;
  readonly foreign: ForeignObject;
}

class Import {
  readonly #input: ImportInput;
  readonly #project: string | null;
  readonly #services: readonly Keyed[];
  readonly #networks: readonly Keyed[];
  readonly #volumes: readonly Keyed[];
  readonly #drafts: Draft[] = [];
  readonly #secrets = new SecretFiles();

  constructor(input: ImportInput) {
    this.#input = input;
    this.#project = commonProject(input);
    const prefixes = [...new Set([...projectsOf(input), input.environment])];
    this.#services = this.#keyed('service', prefixes);
    this.#networks = this.#keyed('network', prefixes);
    this.#volumes = this.#keyed('volume', prefixes);
  }

  done(): Imported {
    const awaited = awaitedCompletions(this.#services.map(({ foreign }) => foreign.object));
    const rivals = portRivals(
      this.#services.map(({ key, foreign }) => ({ key, configured: foreign.object.configured })),
    );
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
        networkKey: (name: string) => keyIn(this.#networks, name),
        volumeKey: (name: string) => keyIn(this.#volumes, name),
      };
      return { ...one, ...importedService(one.foreign, names, draft) };
    });
    const fixed = fixedAddresses(this.#services);
    const networks = this.#networks.map((one): [string, JsonObject] => {
      const name = one.foreign.object.name;
      return [one.key, importedNetwork(one.foreign, one.key, fixed.get(name) ?? [], this.#draft('network', one))];
    });
    const volumes = this.#volumes.map((one): [string, JsonObject] => [
      one.key,
      importedVolume(one.foreign, one.key, this.#draft('volume', one)),
    ]);
    const predefined = new Set(
      this.#networks.flatMap(({ foreign }) => (foreign.predefined ? [foreign.object.name] : [])),
    );
    const neighbours = services.map((one) => neighbourOf(one, one.variables, predefined));
    const comments = neighbours.map((one): [string, readonly string[]] => [
      one.key,
      edgeComment(one, neighbours, (key) => this.#keyOfTool(key)),
    ]);
    return {
      project: this.#project,
      services: Object.fromEntries(services.map(({ key, tree }) => [key, tree])),
      networks: Object.fromEntries(networks),
      volumes: Object.fromEntries(volumes),
      comments: Object.fromEntries(comments.filter(([, lines]) => lines.length > 0)),
      ignored: this.#drafts.flatMap(({ ignored }) => ignored),
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
    const found = this.#input.objects
      .filter(({ object }) => object.type === type)
      // What has a key of its own comes first, and keeps it.
      .toSorted((left, right) => rank(left) - rank(right) || compareText(left.object.name, right.object.name));
    const keyed = found.map((foreign): Keyed => {
      const { name } = foreign.object;
      if (foreign.predefined) return { ...keys.keyFor({ name, key: name, number: 1 }), foreign };
      const nameless = type === 'volume' && NAMELESS.test(name) ? this.#useOf(name) : null;
      const place = this.#projectCounts(foreign) ? foreign.place : null;
      const number = nameless === null ? (place?.number ?? 1) : 1;
      return { ...keys.keyFor({ name, key: nameless ?? place?.key ?? null, number }), foreign };
    });
    return keyed.toSorted((left, right) => compareText(left.key, right.key));
  }

  /** Keys of two projects may be the same, and then the names tell them apart. */
  #projectCounts({ place }: ForeignObject): boolean {
    return place !== null && (this.#project === null || place.project === this.#project);
  }

  /** A nameless volume is called after the first service that mounts it, and where. */
  #useOf(volume: string): string | null {
    for (const { key, foreign } of this.#services) {
      for (const [path, mount] of Object.entries(objectAt(foreign.object.configured, 'storage', 'volumes'))) {
        if (textAt(mount, 'volume') === volume) return `${key}-${validKey(path.split('/').at(-1) ?? 'data')}`;
      }
    }
    return null;
  }

  #keyOfTool(key: string): string | null {
    return this.#services.find(({ foreign }) => foreign.place?.key === key)?.key ?? null;
  }
}

/** The engine's own first, then what another tool has a key for. */
function rank({ place, predefined }: ForeignObject): number {
  if (predefined) return 0;
  return place?.key === undefined || place.key === null ? 2 : 1;
}

function keyIn(keyed: readonly Keyed[], name: string): string {
  return keyed.find(({ foreign }) => foreign.object.name === name)?.key ?? name;
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

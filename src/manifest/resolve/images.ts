/**
 * Images: nobody declares them, the containers that run them name them. One resource for each reference on each engine;
 * what services say of the same image is brought together.
 */
import { type Address, addressOf } from '../../model/address.ts';
import type { DesiredResource } from '../../model/desired.ts';
import type { Container } from '../../model/generated/environment.ts';
import { compareText } from '../../model/json.ts';
import { defaultsOf } from '../schema.ts';
import type { ServiceEntry } from './entries.ts';
import type { Scope } from './scope.ts';

type PullPolicy = NonNullable<Container['pull_policy']>;

/** The strongest word first: what one service asks for is done for all. */
const PULL_POLICIES: readonly PullPolicy[] = ['always', 'missing', 'never'];

const DEFAULTS = defaultsOf('container');

export interface ResolvedImages {
  readonly resources: readonly DesiredResource[];
  /** The image of a service, by the service's key. */
  readonly usedBy: ReadonlyMap<string, Address>;
  /** Which services say what an image is. */
  readonly namedBy: ReadonlyMap<Address, NamedBy>;
}

/** By field the key of the first service that says it; by default of the first that names the image. */
export interface NamedBy {
  readonly image: string;
  readonly platform: string;
  readonly pull_policy: string;
}

export function resolveImages(entries: readonly ServiceEntry[], scope: Scope): ResolvedImages {
  const users = Map.groupBy(
    entries.filter(namesImage),
    ({ engine, service }) => `${engine} ${imageOf(service.container)}`,
  );
  const usedBy = new Map<string, Address>();
  const namedBy = new Map<Address, NamedBy>();
  const resources: DesiredResource[] = [];
  for (const [, group] of [...users].sort(([left], [right]) => compareText(left, right))) {
    const [first] = group;
    if (first === undefined) continue;
    const reference = imageOf(first.service.container);
    const plain = addressOf('image', reference);
    // A digest holds a colon and the name of an engine none: the two cannot be taken for one another.
    const address = namedBy.has(plain) ? addressOf('image', `${reference}@${first.engine}`) : plain;
    const resource = imageResource(address, reference, group, scope);
    for (const { key } of group) usedBy.set(key, address);
    namedBy.set(address, namersOf(first.key, group, resource));
    resources.push(resource);
  }
  return { resources, usedBy, namedBy };
}

function namersOf(first: string, users: readonly ServiceEntry[], { config }: DesiredResource): NamedBy {
  const sayer = (field: 'platform' | 'pull_policy'): string =>
    users.find(({ service }) => service.container?.[field] === config[field])?.key ?? first;
  return { image: first, platform: sayer('platform'), pull_policy: sayer('pull_policy') };
}

function namesImage({ service: { container } }: ServiceEntry): boolean {
  return container?.image !== undefined && container.build === undefined;
}

function imageOf(container: Container | undefined): string {
  return container?.image ?? '';
}

function imageResource(
  address: Address,
  reference: string,
  users: readonly ServiceEntry[],
  scope: Scope,
): DesiredResource {
  const [first] = users;
  return {
    address,
    type: 'image',
    key: address.slice('image.'.length),
    name: reference,
    engine: first?.engine ?? '',
    external: false,
    protect: false,
    deletion_policy: 'retain',
    on_failure: 'stop',
    drift: 'report',
    config: { reference, platform: platformOf(reference, users, scope), pull_policy: pullPolicyOf(users) },
    dependencies: [],
    uses: [],
    untracked: [],
  };
}

/** A reference means one image on an engine, so it cannot be had for two platforms there. */
function platformOf(reference: string, users: readonly ServiceEntry[], { reporter }: Scope): string | null {
  let known: { readonly platform: string; readonly service: string } | null = null;
  for (const { key, engine, service } of users) {
    const platform = service.container?.platform;
    if (platform === undefined) continue;
    known ??= { platform, service: key };
    if (platform === known.platform) continue;
    const summary = `image "${reference}" is wanted for ${platform} here, and for ${known.platform} by service "${known.service}"`;
    const detail = `an engine has one image of that name: use one platform on "${engine}", or a reference for each`;
    reporter.error('engine_conflict', ['services', key, 'container', 'platform'], summary, detail);
  }
  return known?.platform ?? null;
}

function pullPolicyOf(users: readonly ServiceEntry[]): PullPolicy {
  const asked = new Set(users.map(({ service }) => service.container?.pull_policy ?? DEFAULTS['pull_policy']));
  return PULL_POLICIES.find((policy) => asked.has(policy)) ?? 'missing';
}

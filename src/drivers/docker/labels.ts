/** The labels that mark what is ours, and those that other tools expect. */
import { createHash } from 'node:crypto';
import { type Address, addressOf, isAddress, keyOf, typeOf } from '../../model/address.ts';
import {
  canonicalJson,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  member,
  scalarText,
} from '../../model/json.ts';
import type { ForeignPlace } from '../../model/foreign.ts';
import type { Ownership } from '../../model/observed.ts';
import { isSecret, MASK } from '../../model/secret.ts';
import type { StepContext } from '../step-context.ts';

export const LABEL = {
  schema: 'dev.trueup.schema',
  owner: 'dev.trueup.owner',
  project: 'dev.trueup.project',
  environment: 'dev.trueup.environment',
  address: 'dev.trueup.address',
  checkout: 'dev.trueup.checkout',
  createdRevision: 'dev.trueup.created_revision',
  /** A JSON list of the field paths whose values were secret: they are sealed when they are read back. */
  secrets: 'dev.trueup.secrets',
  /** A JSON object: digest of each mounted file whose content counts, by container path, as it was at creation. */
  content: 'dev.trueup.content',
  /** A JSON object of a service's lifecycle hooks, without what is secret in them: for when no manifest knows it any more. */
  hooks: 'dev.trueup.hooks',
  /** Of a volume that is backed up: how many snapshots are kept. */
  backups: 'dev.trueup.backups',
  /** Of a container that is never run, and only helps to read or fill a volume: which. */
  dataOf: 'dev.trueup.data_of',
  /** Digest of the request that created it: tells a repeated call that it took effect. Never compared. */
  request: 'dev.trueup.request',
  /** A JSON object: what a container was kept from having of its image, for repos that are not the operator's. */
  withheld: 'dev.trueup.withheld',
  /** Of a container: the id of the image that it was made from. What has its labels from an image names another one. */
  image: 'dev.trueup.image',
} as const;

/** All labels of ours begin with it. */
export const OWN_PREFIX = 'dev.trueup.';

const LABEL_SCHEMA_VERSION = '1';

/** Labels under these prefixes are ours or Compose's, never declared and never compared. */
export const RESERVED_PREFIXES: readonly string[] = [OWN_PREFIX, 'com.docker.compose.'];

/** Compose's own: for `docker compose ls`, `ps` and `logs`, and for desktop tools. Written, never read to compare. */
const COMPOSE_LABEL = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  oneoff: 'com.docker.compose.oneoff',
  configHash: 'com.docker.compose.config-hash',
  configFiles: 'com.docker.compose.project.config_files',
  workingDir: 'com.docker.compose.project.working_dir',
  dependsOn: 'com.docker.compose.depends_on',
  version: 'com.docker.compose.version',
  network: 'com.docker.compose.network',
  volume: 'com.docker.compose.volume',
} as const;

type Labels = Readonly<Record<string, string>>;

/** What says whose an object is. */
export function ownershipLabels(ownership: StepContext['ownership'], address: Address): Labels {
  const { owner, project, environment, checkout, revision } = ownership;
  return {
    [LABEL.schema]: LABEL_SCHEMA_VERSION,
    [LABEL.owner]: owner,
    [LABEL.project]: project,
    [LABEL.environment]: environment,
    [LABEL.address]: address,
    ...(checkout === null ? {} : { [LABEL.checkout]: checkout }),
    ...(revision === null ? {} : { [LABEL.createdRevision]: revision }),
  };
}

/** Whose an object is; `null` where nobody marked it as trueup's. */
export function ownershipFrom(labels: Labels | null | undefined): Ownership | null {
  const [owner, project] = [labels?.[LABEL.owner], labels?.[LABEL.project]];
  const [environment, address] = [labels?.[LABEL.environment], labels?.[LABEL.address]];
  if (owner === undefined || environment === undefined || address === undefined || !isAddress(address)) return null;
  return {
    owner,
    project: project ?? environment,
    environment,
    address,
    checkout: labels?.[LABEL.checkout] ?? null,
    created_revision: labels?.[LABEL.createdRevision] ?? null,
  };
}

export interface ComposeContext {
  readonly project: string;
  /** The folder of the checkout, where it is known. */
  readonly checkout: string | null;
}

/** What other tools go by: the object as if Compose had made it. */
export function composeLabels(address: Address, config: JsonObject, context: ComposeContext): Labels {
  const key = keyOf(address);
  const { checkout } = context;
  const project = { [COMPOSE_LABEL.project]: context.project };
  const type = typeOf(address);
  if (type === 'network') return { ...project, [COMPOSE_LABEL.network]: key };
  if (type === 'volume') return { ...project, [COMPOSE_LABEL.volume]: key };
  if (type !== 'service') return {};
  return {
    ...project,
    [COMPOSE_LABEL.service]: key,
    [COMPOSE_LABEL.number]: '1',
    [COMPOSE_LABEL.oneoff]: 'False',
    [COMPOSE_LABEL.configHash]: createHash('sha256')
      .update(canonicalJson(withoutSecrets(config)))
      .digest('hex'),
    [COMPOSE_LABEL.dependsOn]: dependsOn(member(config, 'dependencies')),
    // Compose warns of projects whose files it is not told; the folder that holds them is as much as is known here.
    ...(checkout === null ? {} : { [COMPOSE_LABEL.workingDir]: checkout, [COMPOSE_LABEL.configFiles]: checkout }),
  };
}

/** As Compose writes it: `<service>:<condition>:<restart>`, with commas between. */
function dependsOn(dependencies: Json): string {
  if (!isJsonObject(dependencies)) return '';
  return Object.entries(dependencies)
    .filter(([address]) => isAddress(address) && typeOf(address) === 'service')
    .map(([address, settings]) => {
      const condition = member(settings, 'condition') ?? 'service_started';
      return `${address.slice('service.'.length)}:${scalarText(condition)}:${member(settings, 'restart') === true}`;
    })
    .join(',');
}

/** Where Compose says that an object belongs; `null` where it did not make it. */
export function foreignPlace(labels: Labels | null | undefined): ForeignPlace | null {
  const project = labels?.[COMPOSE_LABEL.project] ?? '';
  if (project === '') return null;
  const key = labels?.[COMPOSE_LABEL.service] ?? labels?.[COMPOSE_LABEL.network] ?? labels?.[COMPOSE_LABEL.volume];
  const number = Number(labels?.[COMPOSE_LABEL.number] ?? '1');
  return { project, key: key ?? null, number: Number.isInteger(number) && number > 0 ? number : 1 };
}

/** Whether Compose ran it once, beside its services, for somebody at a terminal. */
export function isOneOff(labels: Labels | null | undefined): boolean {
  return labels?.[COMPOSE_LABEL.oneoff] === 'True';
}

/** What the label of Compose's says, in the shape of a configuration: information for the order of removal, never compared. */
export function dependenciesFrom(labels: Labels | null | undefined): JsonObject {
  const entries = (labels?.[COMPOSE_LABEL.dependsOn] ?? '').split(',').filter((entry) => entry !== '');
  return Object.fromEntries(
    entries.map((entry) => {
      const [service = '', condition = 'service_started', restart = 'false'] = entry.split(':');
      return [addressOf('service', service), { condition, restart: restart === 'true', criticality: 'required' }];
    }),
  );
}

function withoutSecrets(value: Json): Json {
  if (isSecret(value)) return MASK;
  if (isJsonArray(value)) return value.map(withoutSecrets);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, withoutSecrets(child)]));
}

/**
 * Show: a desired environment as a manifest, everything written out. It is valid input, and resolves to the same, but
 * for secrets, of which only the declaration is shown.
 */
import { broughtAlong } from '../model/brought-along.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { isJsonObject, type Json, type JsonObject, member } from '../model/json.ts';
import { isSecret, MASK, type Secret } from '../model/secret.ts';
import type { ManifestPath } from './layers.ts';
import { schemaAt } from './schema.ts';
import type { SecretDeclaration } from './secret-texts.ts';

/** `secretDeclaration` comes with what `loadEnvironments` returns. */
type Shown = DesiredEnvironment & { readonly secretDeclaration?: (secret: Secret) => SecretDeclaration | null };

export function showEnvironment(environment: Shown): JsonObject {
  const { name, type, project, policies } = environment;
  return {
    name,
    type,
    project,
    engines: showEngines(environment),
    services: collection(environment, 'service', (service) => showService(service, environment)),
    volumes: collection(environment, 'volume', (volume) => showVolume(volume)),
    networks: collection(environment, 'network', (network) => showNetwork(network)),
    vms: collection(environment, 'vm', (vm) => showLongForm(vm)),
    clusters: collection(environment, 'cluster', (cluster) => showLongForm(cluster)),
    policies: { ...policies },
    moved: environment.moved.map(({ from, to }) => ({ from, to })),
    ignore_differences: environment.ignore_differences.map((rule) => ({
      address: rule.address,
      field_path: escapeLoose(rule.field_path),
      reason: escapeLoose(rule.reason),
      ...(rule.until === null ? {} : { until: rule.until }),
    })),
  };
}

/** One resource as its collection would hold it; `null` for what is declared by being used. */
export function showResource(resource: DesiredResource, environment: Shown): JsonObject | null {
  if (resource.type === 'service') return showService(resource, environment);
  if (resource.type === 'volume') return showVolume(resource);
  if (resource.type === 'network') return showNetwork(resource);
  return resource.type === 'image' ? null : showLongForm(resource);
}

function showEngines({ engines }: DesiredEnvironment): JsonObject {
  const shown: { [name: string]: Json } = {};
  for (const { name, driver, settings } of Object.values(engines)) shown[name] = escapeAll({ driver, ...settings });
  return shown;
}

/** What comes with another resource is declared by that alone. */
function collection(
  { resources }: DesiredEnvironment,
  type: DesiredResource['type'],
  show: (resource: DesiredResource) => JsonObject,
): JsonObject {
  const along = broughtAlong(resources.values());
  const own = [...resources.values()].filter((each) => each.type === type && !along.has(each.address));
  return Object.fromEntries(own.map((resource) => [resource.key, show(resource)]));
}

function showService({ name, engine, config }: DesiredResource, environment: Shown): JsonObject {
  const { networking, storage, process } = config;
  const [tmpfs, networks] = [member(storage, 'tmpfs'), member(networking, 'networks')];
  return set({
    name,
    type: config['type'] ?? null,
    role: escapeAll(config['role'] ?? null),
    engine,
    process: masked(process),
    container: masked(config['container']),
    run: config['run_state'] === 'completed' ? 'once' : 'always',
    networking: set({
      hostname: member(networking, 'hostname'),
      ports: itemsOf(member(networking, 'ports')),
      // A container without networks would join the default one; a process has none anyway.
      networks: process === null || !isEmpty(networks) ? escapeAll(members(networks, set)) : null,
    }),
    storage: set({
      volumes: itemsOf(member(storage, 'volumes')).map((mount) => {
        const { content: _, ...declared } = mount;
        return declared;
      }),
      tmpfs: itemsOf(tmpfs),
    }),
    health_check: showHealthCheck(config['health_check'] ?? null),
    dependencies: config['dependencies'] ?? {},
    resource_limits: set(config['resource_limits']),
    environment_variables: members(config['environment_variables'], (value) => showVariable(value, environment)),
    post_start: showHooks(config['post_start'], environment),
    pre_stop: showHooks(config['pre_stop'], environment),
    labels: escapeAll(config['labels'] ?? {}),
    protect: config['protect'] ?? false,
    deletion_policy: config['deletion_policy'] ?? null,
  });
}

function showVariable(value: Json, { secretDeclaration }: Shown): Json {
  if (!isSecret(value)) return escapeAll(value);
  const declaration = secretDeclaration?.(value) ?? null;
  return {
    secret: true,
    source: declaration?.source ?? 'inline',
    value: declaration === null || declaration.value === null ? MASK : escapeAll(declaration.value),
  };
}

function showHooks(hooks: Json | undefined, environment: Shown): Json {
  if (!Array.isArray(hooks)) return [];
  return hooks.map((hook: Json) => ({
    ...members(set(hook), masked),
    environment: members(member(hook, 'environment'), (value) => showVariable(value, environment)),
  }));
}

function showHealthCheck(check: Json): Json {
  if (!isJsonObject(check)) return null;
  const { test = null, endpoints, expected_response: expected = null, ...timings } = check;
  const items = itemsOf(endpoints);
  return set({
    test: masked(test),
    endpoints: items.length === 0 ? null : items,
    expected_response: isJsonObject(expected)
      ? members(set(expected), (value) => (typeof value === 'string' ? escapeLoose(value) : value))
      : null,
    ...timings,
  });
}

function showVolume({ name, engine, external, config }: DesiredResource): JsonObject {
  const metadata = set(config['metadata']);
  return set({
    name,
    engine,
    external,
    ...config,
    driver_opts: escapeAll(config['driver_opts'] ?? {}),
    labels: escapeAll(config['labels'] ?? {}),
    metadata: escapeAll(metadata),
  });
}

function showNetwork({ name, engine, external, config }: DesiredResource): JsonObject {
  const ipam = config['ipam'] ?? null;
  return set({
    name,
    engine,
    external,
    ...config,
    driver_opts: escapeAll(config['driver_opts'] ?? {}),
    labels: escapeAll(config['labels'] ?? {}),
    ipam: { driver: member(ipam, 'driver'), config: itemsOf(member(ipam, 'config')) },
  });
}

/** What has the schema's own form: keyed lists are lists again, and what is not set is left out. */
function showLongForm({ name, engine, type, key, config }: DesiredResource): JsonObject {
  const { health_check: check = null, ...fields } = config;
  const shown = asDeclared(fields, [`${type}s`, key]);
  return set({ name, engine, ...(isJsonObject(shown) ? shown : {}), health_check: showHealthCheck(check) });
}

function asDeclared(value: Json, path: ManifestPath): Json {
  if (!isJsonObject(value) || isSecret(value)) return masked(value);
  const schema = schemaAt(path);
  const isKeyedList = isListSchema(schema) && member(schema ?? {}, 'additionalProperties') === null;
  if (isKeyedList) return Object.values(value).map((item) => asDeclared(item, [...path, '0']));
  const members = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(members.map(([name, item]) => [name, asDeclared(item, [...path, name])]));
}

function isListSchema(schema: JsonObject | null): boolean {
  const mark = schema?.['x-list'];
  return typeof mark === 'string' && mark.startsWith('keyed:');
}

/** Without what is not set. */
function set(value: Json | undefined): JsonObject {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
}

function members(value: Json | undefined, show: (value: Json) => Json): JsonObject {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, show(item)]));
}

/** A keyed list is a list again. */
function itemsOf(value: Json | undefined): readonly JsonObject[] {
  return isJsonObject(value) ? Object.values(value).map((item) => set(escapeAll(item))) : [];
}

/** `null` where there is none; secrets hidden. */
function masked(value: Json | undefined): Json {
  if (isSecret(value)) return MASK;
  if (Array.isArray(value)) return value.map((item: Json) => masked(item));
  return isJsonObject(value) ? members(set(value), masked) : escapeAll(value ?? null);
}

/** Every dollar doubled, so that interpolation gives it back. */
function escapeAll(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map((item: Json) => escapeAll(item));
  return isJsonObject(value) ? members(value, escapeAll) : value;
}

/** Where a dollar may stand for itself: only those doubled that would begin a variable. */
function escapeLoose(text: string): string {
  return text.replace(/\$(?=[A-Za-z_{$])/g, '$$$$');
}

function isEmpty(value: Json): boolean {
  return !isJsonObject(value) || Object.keys(value).length === 0;
}

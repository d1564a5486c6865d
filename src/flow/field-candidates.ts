/**
 * Field candidates: the ways to write one field that was found, the smallest first, with what was written beside it. What is
 * live by default is left out where that can be. What the engine chose for one object alone is never said: no other would have it.
 */
import type { DriverModel } from '../drivers/driver.ts';
import { NAME_PATH } from '../diff/name-difference.ts';
import { candidatesFor, type FileEdits, type OwnFile } from '../manifest/edit/candidates.ts';
import type { LoadedEnvironment } from '../manifest/environment.ts';
import type { ManifestPath } from '../manifest/layers.ts';
import { defaultsOf } from '../manifest/schema.ts';
import { showResource } from '../manifest/show.ts';
import { type Address, isAddress, keyOf, typeOf } from '../model/address.ts';
import { parseFieldPath, withValueAt } from '../model/field-path.ts';
import { isJsonObject, type Json, type JsonObject, member } from '../model/json.ts';
import type { FieldToWrite } from './written-fields.ts';

const HEALTH_CHECK = defaultsOf('health_check');
const DEPENDENCY = defaultsOf('dependency');

export interface AroundField {
  readonly environment: LoadedEnvironment;
  /** As the texts declare it by now: where items of lists stand. */
  readonly declared: LoadedEnvironment;
  readonly models: ReadonlyMap<string, DriverModel>;
  /** Absolute path of the repo. */
  readonly root: string;
  /** Of the same resource: what was written before. */
  readonly beside: readonly FieldToWrite[];
  readonly files: readonly OwnFile[];
}

export function fieldCandidates(field: FieldToWrite, around: AroundField): readonly FileEdits[] {
  const unsaid = field.isDefault ? saying(field, null, around) : [];
  const said = isChosen(field, around) ? [] : saying(field, field.live, around);
  // What was written beside it may say it already.
  const [first] = [...said, ...unsaid];
  return [...unsaid, ...said, ...(first === undefined ? [] : [{ file: first.file, edits: [] }])];
}

function isChosen({ address, path, isDefault }: FieldToWrite, { environment, models }: AroundField): boolean {
  const resource = environment.resources.get(address);
  const model = resource === undefined ? undefined : models.get(resource.engine);
  return isDefault && resource !== undefined && model?.choosesDefault?.(resource.type, path) === true;
}

/** With what is settled of the same resource: the whole of a group holds it too. */
function saying(
  field: FieldToWrite,
  value: Json,
  { environment, declared, root, beside, files }: AroundField,
): readonly FileEdits[] {
  const { address, path } = field;
  const resource = environment.resources.get(address);
  const names = parseFieldPath(path);
  if (resource === undefined || names === null) return [];
  const known = beside.reduce(
    (config, one) => withValueAt(config, one.path, one.isDefault ? null : one.live),
    resource.config,
  );
  const config = withValueAt(known, path, value);
  const name = [...beside, field].find((one) => one.path === NAME_PATH)?.live;
  const shown = showResource(
    { ...resource, config, name: typeof name === 'string' ? name : resource.name },
    environment,
  );
  if (shown === null) return [];
  const said = names.map((name, index) => (index === 1 && names[0] === 'dependencies' ? dependencyWord(name) : name));
  const place = placeOf(declared.manifestPath(address, path), address, said);
  const written = { shown: inDependencyWords(shown), config: inDependencyWords(config) };
  return candidatesFor({ path: place, ...written, names: said, defaults: defaultsAt(names), root }, files);
}

/** Of what is declared as a whole, and mostly left as it is. */
function defaultsAt([group, ...below]: readonly string[]): JsonObject {
  if (group === 'health_check' && below.length === 0) return HEALTH_CHECK;
  return group === 'dependencies' && below.length === 1 ? DEPENDENCY : {};
}

/** As people name what a service depends on: services by key. */
function dependencyWord(name: string): string {
  return isAddress(name) && typeOf(name) === 'service' && !isAddress(keyOf(name)) ? keyOf(name) : name;
}

function inDependencyWords(resource: JsonObject): JsonObject {
  const dependencies = member(resource, 'dependencies');
  if (!isJsonObject(dependencies)) return resource;
  const named = Object.entries(dependencies).map(([name, settings]) => [dependencyWord(name), settings] as const);
  return { ...resource, dependencies: Object.fromEntries(named) };
}

/**
 * Where the resource says it itself, or would: with the indexes of lists that it has already. What all services share is
 * never said anew for all: some of them may take part only with a profile, and are not there to be asked.
 */
function placeOf(declared: ManifestPath | null, address: Address, names: readonly string[]): ManifestPath {
  const own = ownPath(address);
  const isOwn = declared !== null && declared[0] === own[0] && declared[1] === own[1];
  // What it is a part of may be an item of a list in its short form, which has an index and no names.
  return isOwn && declared.length <= own.length + names.length
    ? [...declared, ...names.slice(declared.length - own.length)]
    : [...own, ...names];
}

/** Where a resource stands in a manifest. */
export function ownPath(address: Address): ManifestPath {
  return [`${typeOf(address)}s`, keyOf(address)];
}

/** The objects of an addon file, in its order. Pure. */
import { parseAllDocuments } from 'yaml';
import { TrueupError } from '../../../model/failure.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, member, memberAt } from '../../../model/json.ts';

export interface AddonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** `null` where the manifest says none: that of the cluster, or no namespace at all. */
  readonly namespace: string | null;
  readonly manifest: JsonObject;
}

export function parseAddon(path: string, text: string): readonly AddonObject[] {
  const documents = parseAllDocuments(text);
  const parsed: readonly { readonly errors: readonly Error[]; toJS(): unknown }[] =
    'empty' in documents ? [] : documents;
  return parsed.flatMap((document, index) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw refused(path, index, `is no YAML: ${problem.message}`);
    const value = document.toJS() as Json;
    return value === null ? [] : objectsOf(path, index, value);
  });
}

function objectsOf(path: string, index: number, value: Json): readonly AddonObject[] {
  if (!isJsonObject(value)) throw refused(path, index, 'is no object');
  const items = value['items'];
  // A list stands for what is in it.
  if (typeof value['kind'] === 'string' && value['kind'].endsWith('List') && isJsonArray(items))
    return items.flatMap((item) => objectsOf(path, index, item));
  const [apiVersion, kind, name] = [value['apiVersion'], value['kind'], memberAt(value, 'metadata', 'name')];
  if (typeof apiVersion !== 'string' || apiVersion === '') throw refused(path, index, 'has no apiVersion');
  if (typeof kind !== 'string' || kind === '') throw refused(path, index, 'has no kind');
  if (typeof name !== 'string' || name === '') throw refused(path, index, 'has no metadata.name');
  const namespace = member(member(value, 'metadata'), 'namespace');
  return [{ apiVersion, kind, name, namespace: typeof namespace === 'string' ? namespace : null, manifest: value }];
}

function refused(path: string, index: number, why: string): TrueupError {
  return new TrueupError('addon_refused', `the addon ${path}: document ${index + 1} ${why}`, {
    fields: { path, document: index + 1 },
    next: 'repair the manifest, and apply again',
  });
}

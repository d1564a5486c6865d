/**
 * Edits of the text of a kubeconfig. Whatever is not ours stays as its owner wrote it, comments and order included. Pure.
 */
import { type Document, isMap, isSeq, parseDocument, YAMLSeq } from 'yaml';
import { isJsonObject, type Json, member } from '../../../model/json.ts';
import { type ContextEntry, LISTS, listedEntries, type ListName, markOfContext, partName } from './entry.ts';
import { kubeconfigRefused } from './refused.ts';

export interface Source {
  /** For errors. */
  readonly path: string;
  /** Empty for a file that is not there. */
  readonly text: string;
}

/** Whether a context becomes the current one of its file; `if_none` where no other is. */
export type Switching = boolean | 'if_none';

/** With the context in it, whatever it was called before. Throws where the name is somebody else's. */
export function withContext(source: Source, entry: ContextEntry, switchContext: Switching): string {
  const document = documentOf(source);
  const before = contextNames(document, entry.id);
  const taken = elements(document, 'contexts').find(({ value }) => member(value, 'name') === entry.context);
  if (taken !== undefined && markOfContext(taken.value) !== entry.id)
    throw kubeconfigRefused(
      source.path,
      `has a context "${entry.context}" of somebody else`,
      'declare another kubeconfig.context, or rename that one: `kubectl config rename-context`',
    );
  const wasCurrent = before.includes(currentContext(document) ?? '');
  dropEntries(document, entry.id);
  const added = listedEntries(entry);
  for (const list of LISTS) listIn(document, list).add(document.createNode(added[list]));
  const isSwitched = switchContext === 'if_none' ? (currentContext(document) ?? '') === '' : switchContext;
  if (isSwitched || wasCurrent) document.set('current-context', entry.context);
  return written(document, source.text);
}

/** Without the contexts that lead to a cluster. What was current of them is current no more. */
export function withoutContext(source: Source, id: string): string {
  if (source.text.trim() === '') return source.text;
  const document = documentOf(source);
  const names = contextNames(document, id);
  if (names.length === 0) return source.text;
  const isCurrent = names.includes(currentContext(document) ?? '');
  dropEntries(document, id);
  if (isCurrent) document.set('current-context', '');
  return written(document, source.text);
}

/** Whether the text says just this of the cluster already. */
export function holdsContext(source: Source, entry: ContextEntry, switchContext: Switching): boolean {
  return withContext(source, entry, switchContext) === source.text;
}

function documentOf({ path, text }: Source): Document {
  if (text.trim() === '') return parseDocument('apiVersion: v1\nkind: Config\npreferences: {}\n');
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw kubeconfigRefused(path, `is no YAML: ${problem.message}`, 'repair it, or remove it');
  const kind = isMap(document.contents) ? document.get('kind') : null;
  if (kind !== 'Config' && kind !== undefined)
    throw kubeconfigRefused(
      path,
      'is no kubeconfig: its kind is not Config',
      'repair it, or remove it; or declare another kubeconfig.path',
    );
  return document;
}

function contextNames(document: Document, id: string): readonly string[] {
  return elements(document, 'contexts').flatMap(({ value }) => {
    const name = member(value, 'name');
    return markOfContext(value) === id && typeof name === 'string' ? [name] : [];
  });
}

function currentContext(document: Document): string | null {
  const name = document.get('current-context');
  return typeof name === 'string' ? name : null;
}

/** The marked contexts, with the clusters and users that bear the names that only we give. */
function dropEntries(document: Document, id: string): void {
  for (const list of LISTS) {
    const found = elements(document, list).filter(({ value }) =>
      list === 'contexts' ? markOfContext(value) === id : isPartName(member(value, 'name'), id),
    );
    for (const { index } of found.toReversed()) listIn(document, list).delete(index);
  }
}

function isPartName(name: Json, id: string): boolean {
  return typeof name === 'string' && name.endsWith(partName({ context: '', id, cluster: {}, user: {} }));
}

interface Element {
  readonly index: number;
  readonly value: Json;
}

function elements(document: Document, list: ListName): readonly Element[] {
  const found: unknown = document.get(list);
  const values: unknown = isSeq(found) ? found.toJS(document) : [];
  return (Array.isArray(values) ? values : []).map((value: unknown, index) => ({
    index,
    value: isJsonObject(value) ? value : null,
  }));
}

/** kubectl writes `clusters: null` for none. */
function listIn(document: Document, list: ListName): YAMLSeq {
  const found: unknown = document.get(list);
  if (isSeq(found)) {
    found.flow = false;
    return found;
  }
  const made = new YAMLSeq();
  document.set(list, made);
  return made;
}

/** What says the same as before stays as it was, letter for letter. */
function written(document: Document, text: string): string {
  const result = document.toString({ lineWidth: 0 });
  const isSame = text !== '' && JSON.stringify(parseDocument(text).toJS()) === JSON.stringify(document.toJS());
  return isSame ? text : result;
}

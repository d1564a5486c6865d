/**
 * What stands where in a package: the head, the definition, the parts, and the checksums of all of them. All but checksums is
 * known before it is written, so what was begun can be gone on with. Pure.
 */
import { createHash } from 'node:crypto';
import { isJsonArray, isJsonObject, type Json, type JsonObject, member, parseJson } from '../../model/json.ts';
import { type PackageHead, VM_PACKAGE_FORMAT_VERSION, type VmContents, type VmPart } from '../../model/vm-package.ts';

export const HEAD = 'package.json';
export const CHECKSUMS = 'checksums.json';

export function headText(head: PackageHead): string {
  const { id, created_at, vm_id, package_kind, definition, definition_hash, parts } = head;
  const value: Json = {
    format_version: VM_PACKAGE_FORMAT_VERSION,
    id,
    created_at,
    container_id: vm_id,
    package_kind,
    definition,
    definition_hash,
    parts: parts.map((part) => ({ ...part })),
  };
  return `${JSON.stringify(value, null, 1)}\n`;
}

export function headOf(contents: VmContents, { id, at }: { readonly id: string; readonly at: string }): PackageHead {
  const { vm_id, package_kind, definition, parts } = contents;
  const named = { definition: definition.name, definition_hash: integrityOf(definition.text) };
  return { id, created_at: at, vm_id, package_kind, ...named, parts };
}

/** `null` for what is no head of ours. */
export function parseHead(text: string): PackageHead | null {
  const value = parsed(text);
  const word = (name: string): string => {
    const found = member(value, name);
    return typeof found === 'string' ? found : '';
  };
  const listed = member(value, 'parts');
  const parts = (isJsonArray(listed) ? listed : []).flatMap((part) => partOf(part) ?? []);
  if (word('format_version').split('.')[0] !== VM_PACKAGE_FORMAT_VERSION.split('.')[0]) return null;
  if (word('id') === '' || word('package_kind') === '' || !isJsonArray(listed) || parts.length !== listed.length)
    return null;
  return {
    id: word('id'),
    created_at: word('created_at'),
    vm_id: word('container_id'),
    package_kind: word('package_kind'),
    definition: word('definition'),
    definition_hash: word('definition_hash'),
    parts,
  };
}

function partOf(value: Json): VmPart | null {
  const [name, bytes, stamp, about] = ['name', 'bytes', 'stamp', 'about'].map((key) => member(value, key));
  if (typeof name !== 'string' || typeof bytes !== 'number' || typeof stamp !== 'string') return null;
  return { name, bytes, stamp, about: isJsonObject(about) ? about : {} };
}

/** By the name of what is in it. */
export type Checksums = Readonly<Record<string, string>>;

export function checksumsText(checksums: Checksums): string {
  return `${JSON.stringify({ format_version: VM_PACKAGE_FORMAT_VERSION, checksums }, null, 1)}\n`;
}

export function parseChecksums(text: string): Checksums {
  const found = member(parsed(text), 'checksums');
  const entries = isJsonObject(found) ? Object.entries(found) : [];
  return Object.fromEntries(entries.flatMap(([name, sum]) => (typeof sum === 'string' ? [[name, sum]] : [])));
}

export function integrityOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function parsed(text: string): JsonObject {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/**
 * What is known of a snapshot: a small volume beside the disks that hold it. libvirt forgets snapshots with the machine, and what
 * is in its disks would be found by nobody; so the record holds libvirt's own description, too.
 */
import { canonicalJson, isJsonObject, type Json, type JsonObject, member, parseJson } from '../../../model/json.ts';
import { readSnapshot } from '../../kept-snapshot.ts';
import type { VmSnapshot } from '../../../model/vm-snapshot.ts';

const SCHEMA = 1;

/** Where a machine was, in words of libvirt, but for what it has in a file of its own. */
export type SnapshotState = 'running' | 'paused' | 'shutoff' | 'saved';

export interface SnapshotRecord {
  /** As libvirt calls it. */
  readonly id: string;
  /** `null` for one that somebody else took, kept while there is no machine to keep it. */
  readonly snapshot: VmSnapshot | null;
  readonly state: SnapshotState;
  /** libvirt's own description; `null` for what was begun, and not finished. */
  readonly xml: string | null;
  /** What the run which is in it had written to its console; `null` where nobody can tell. */
  readonly said: string | null;
}

export function recordText({ id, snapshot, state, xml, said }: SnapshotRecord): string {
  return canonicalJson({ schema: SCHEMA, id, snapshot: snapshot === null ? null : { ...snapshot }, state, xml, said });
}

/** `null` for what is no record. */
export function parseRecord(text: string): SnapshotRecord | null {
  const value = parsed(text.replace(/\0+$/, ''));
  const [id, state, xml] = ['id', 'state', 'xml'].map((name) => member(value, name));
  if (member(value, 'schema') !== SCHEMA || typeof id !== 'string' || !isState(state)) return null;
  const console = member(value, 'said');
  const said = typeof console === 'string' ? console : null;
  const snapshot = member(value, 'snapshot');
  if (snapshot === null) return { id, snapshot: null, state, xml: typeof xml === 'string' ? xml : null, said };
  const known = readSnapshot(snapshot, id);
  return known === null ? null : { id, snapshot: known, state, xml: typeof xml === 'string' ? xml : null, said };
}

function parsed(text: string): JsonObject {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isState(value: Json | undefined): value is SnapshotState {
  return value === 'running' || value === 'paused' || value === 'shutoff' || value === 'saved';
}

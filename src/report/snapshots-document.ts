/** The public JSON of the snapshots of an environment (schemas/snapshots.json), oldest first. */
import type { JsonObject } from '../model/json.ts';
import { SNAPSHOT_FORMAT_VERSION, type Snapshot } from '../model/snapshot.ts';
import { revisionJson } from './json-parts.ts';

export function snapshotsDocument(environment: string, snapshots: readonly Snapshot[]): JsonObject {
  return {
    format_version: SNAPSHOT_FORMAT_VERSION,
    environment,
    snapshots: snapshots.map((snapshot) => ({
      id: snapshot.id,
      volume: snapshot.volume,
      name: snapshot.name,
      engine: snapshot.engine,
      run: snapshot.run,
      revision: revisionJson(snapshot.revision),
      taken_at: snapshot.taken_at,
      size_bytes: snapshot.size_bytes,
      sha256: snapshot.sha256,
    })),
  };
}

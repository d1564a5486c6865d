/** What changed in services' own files as JSON: members of the document of drift. */
import type { FilesystemDrift } from '../model/filesystem.ts';
import type { JsonObject } from '../model/json.ts';

/** None of them where nobody asked. */
export function filesystemJson(filesystem: FilesystemDrift | null): JsonObject {
  if (filesystem === null) return {};
  const { changes, omitted, unseen } = filesystem;
  return {
    filesystem: changes.map(({ address, path, change }) => ({ address, path, change })),
    filesystem_omitted: omitted.map(({ address, count }) => ({ address, count })),
    filesystem_unseen: unseen.map(({ engine, reason }) => ({ engine, reason })),
  };
}

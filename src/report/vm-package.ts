/** What came of an export, or went into an import, as public JSON (schemas/vm-package.json). */
import type { JsonObject } from '../model/json.ts';
import { type ExportPackage, VM_PACKAGE_FORMAT_VERSION } from '../model/vm-package.ts';

/** `vm`: `local/vm.builder`. */
export function vmPackageDocument(vm: string, found: ExportPackage): JsonObject {
  const { id, container_id, format, location, status, integrity_hash, created_at, size_bytes } = found;
  return {
    format_version: VM_PACKAGE_FORMAT_VERSION,
    vm,
    package: { id, container_id, format, location, status, integrity_hash, created_at, size_bytes },
  };
}

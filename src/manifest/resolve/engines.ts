/** Engines: the two that exist undeclared, those that the manifests declare, and which of them a resource is placed on. */
import type { Service } from '../../model/generated/environment.ts';
import type { EngineDeclaration } from '../../model/desired.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { withPlaces } from './engine-places.ts';
import type { Scope } from './scope.ts';

/** engine name: the default for everything that is no process, see docs/manifests.md */
export const CONTAINER_ENGINE = 'docker';

const PROCESS_ENGINE = 'process';

const UNDECLARED: readonly string[] = [CONTAINER_ENGINE, PROCESS_ENGINE];

export function resolveEngines({ manifest, reporter, broken }: Scope): Readonly<Record<string, EngineDeclaration>> {
  const engines: Record<string, EngineDeclaration> = {};
  for (const name of UNDECLARED) engines[name] = { name, driver: name, settings: {} };
  for (const [name, declared] of Object.entries(manifest.engines ?? {})) {
    const { driver = UNDECLARED.includes(name) ? name : undefined, ...settings } = declared;
    if (driver === undefined && !broken.has(`engines.${name}`)) {
      reporter.errorAt('key', 'missing_key', ['engines', name], `"driver" is missing in engines.${name}`);
    }
    if (settings['host'] !== undefined && settings['context'] !== undefined) {
      const summary = `engines.${name} has both "host" and "context"`;
      reporter.errorAt('key', 'invalid_value', ['engines', name, 'context'], summary, 'leave one of them out');
    }
    engines[name] = { name, driver: driver ?? name, settings: settingsOf(settings) };
  }
  // A VM or a cluster that names a driver is on an engine of that driver with its defaults.
  for (const { driver, engine } of [...Object.values(manifest.vms ?? {}), ...Object.values(manifest.clusters ?? {})]) {
    if (driver !== undefined && engine === undefined) engines[driver] ??= { name: driver, driver, settings: {} };
  }
  return withPlaces(engines, reporter);
}

export function engineOf(service: Service): string {
  return service.engine ?? (service.process === undefined ? CONTAINER_ENGINE : PROCESS_ENGINE);
}

function settingsOf(settings: { readonly [key: string]: unknown }): JsonObject {
  const known: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(settings)) if (isJson(value)) known[key] = value;
  return known;
}

function isJson(value: unknown): value is Json {
  return (
    value === null ||
    ['string', 'number', 'boolean'].includes(typeof value) ||
    Array.isArray(value) ||
    isJsonObject(value)
  );
}

/** Settings that the schema has and this version does not carry out: errors at their line, never accepted and ignored. */
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { ManifestPath } from './layers.ts';
import type { Reporter } from './reporter.ts';
import { type NotSupported, notSupportedSettings } from './schema.ts';
import { nameOf, shownValue } from './schema-wording.ts';
import { memberOf } from './source-file.ts';

let settings: readonly NotSupported[] | null = null;

export function reportNotSupported(root: JsonObject, reporter: Reporter): void {
  settings ??= notSupportedSettings();
  for (const setting of settings) visit(root, setting, [], reporter);
}

function visit(value: Json, setting: NotSupported, path: ManifestPath, reporter: Reporter): void {
  const name = setting.path[path.length];
  if (name === undefined) {
    report(value, setting, path, reporter);
  } else if (name === '*' && typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) visit(memberOf(value, key) ?? null, setting, [...path, key], reporter);
  } else if (isJsonObject(value) && Object.hasOwn(value, name)) {
    visit(value[name] ?? null, setting, [...path, name], reporter);
  }
}

function report(value: Json, { values }: NotSupported, path: ManifestPath, reporter: Reporter): void {
  if (values !== null && !values.includes(value)) return;
  const name = nameOf(path);
  const summary = values === null ? `${name} is not carried out` : `${name}: ${shownValue(value)} is not carried out`;
  reporter.errorAt(
    values === null ? 'key' : 'value',
    'not_supported',
    path,
    `${summary} by this version of trueup`,
    'leave it out',
  );
}

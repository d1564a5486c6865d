/**
 * A configuration as it means the same for any environment in any checkout: paths in the repo are relative to its root, and a process
 * that runs in the folder of its own environment, which is the default, says nothing of where. Pure.
 */
import { fieldPath, valueAt, withValueAt } from '../../model/field-path.ts';
import type { JsonObject } from '../../model/json.ts';
import { ANY_ROOT, relocatedConfig } from '../relocated.ts';

export interface ConfigPlace {
  /** Of the checkout, absolute. */
  readonly root: string;
  /** Of the environment's manifests, relative to the root. */
  readonly folder: string;
}

const CWD = fieldPath('process', 'cwd');

/** Dependencies are told apart from it, by key. */
export function portableConfig(
  { dependencies: _apart, ...config }: JsonObject,
  { root, folder }: ConfigPlace,
): JsonObject {
  const relative = relocatedConfig(config, root, ANY_ROOT);
  return valueAt(relative, CWD) === `${ANY_ROOT}/${folder}` ? withValueAt(relative, CWD, null) : relative;
}

/** What one revision declares against what another does, field by field: desired against desired, no engine asked. */
import { differingFields } from '../diff/fields.ts';
import type { Address } from '../model/address.ts';
import type { DesiredChange } from '../model/bisect.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { ROOT_PATH } from '../model/field-path.ts';
import { compareText, type JsonObject } from '../model/json.ts';

/** By address; resources that both declare alike are left out. */
export function desiredChanges(before: DesiredEnvironment, after: DesiredEnvironment): readonly DesiredChange[] {
  const addresses = new Set([...before.resources.keys(), ...after.resources.keys()]);
  return [...addresses].sort(compareText).flatMap((address) => changeOf(address, before, after));
}

function changeOf(address: Address, before: DesiredEnvironment, after: DesiredEnvironment): readonly DesiredChange[] {
  const [left, right] = [before.resources.get(address), after.resources.get(address)];
  if (right === undefined) {
    return [{ address, kind: 'removed', differences: [], source: before.locate(address, ROOT_PATH) }];
  }
  const source = after.locate(address, ROOT_PATH);
  if (left === undefined) return [{ address, kind: 'added', differences: [], source }];
  const differences = differingFields(comparable(right), comparable(left)).map(({ path, desired, observed }) => ({
    field_path: path,
    before: observed,
    after: desired,
    source: after.locate(address, path),
  }));
  return differences.length === 0 ? [] : [{ address, kind: 'changed', differences, source }];
}

/** What is declared of it, its name and place included. */
function comparable({ config, name, engine, external, on_failure: onFailure }: DesiredResource): JsonObject {
  return { ...config, name, engine, external, on_failure: onFailure };
}

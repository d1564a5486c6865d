/** The graph of an environment as JSON: resources, and what each depends on or uses. */
import type { Change } from '../model/change.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { compareText, type JsonObject } from '../model/json.ts';

/** `action` is what a plan would do to a resource; `null` for nothing, or where no plan was asked for. */
export function graphDocument(environment: DesiredEnvironment, changes: readonly Change[]): JsonObject {
  const resources = [...environment.resources.values()].sort((left, right) => compareText(left.address, right.address));
  const declared = new Map(changes.map((change) => [change.address, change]));
  for (const { address } of resources) declared.delete(address);
  const actions = new Map(changes.map(({ address, action }) => [address, action]));
  return {
    format_version: '1.0',
    environment: environment.name,
    resources: [
      ...resources.map(({ address, type, engine }) => ({
        address,
        type,
        engine,
        action: actions.get(address) ?? null,
      })),
      ...[...declared.values()].map(({ address, type, engine, action }) => ({ address, type, engine, action })),
    ],
    dependencies: resources.flatMap(({ address, dependencies, uses }) => [
      ...dependencies.map(({ address: to, condition, restart, criticality }) => ({
        from: address,
        to,
        condition,
        restart,
        criticality,
      })),
      ...uses.map((to) => ({ from: address, to, condition: null, restart: false, criticality: 'required' })),
    ]),
  };
}

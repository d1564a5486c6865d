/** The graph of an environment as JSON: resources, and what each depends on or uses. */
import type { Address, ResourceType } from '../model/address.ts';
import type { Change, ChangeAction } from '../model/change.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { compareText, type JsonObject } from '../model/json.ts';
import { alongWith } from '../report/picture/along.ts';

interface Drawn {
  readonly address: Address;
  readonly type: ResourceType;
  readonly engine: string;
  readonly action: ChangeAction | null;
}

/**
 * `action` is what a plan would do to a resource by a change of its own; `null` for nothing, or where no plan was asked for.
 * `restarts_with` and `reconnects_with` are the changes of others that take it along.
 */
export function graphDocument(environment: DesiredEnvironment, changes: readonly Change[]): JsonObject {
  const resources = [...environment.resources.values()].sort((left, right) => compareText(left.address, right.address));
  const declared = new Map(changes.map((change) => [change.address, change]));
  for (const { address } of resources) declared.delete(address);
  const actions = new Map(changes.map(({ address, action }) => [address, action]));
  const along = alongWith(changes);
  const drawn = ({ address, type, engine, action }: Drawn): JsonObject => {
    const { verb, causes } = along.get(address) ?? { verb: null, causes: [] };
    return {
      address,
      type,
      engine,
      action,
      restarts_with: verb === 'restarts' ? causes : [],
      reconnects_with: verb === 'is reconnected' ? causes : [],
    };
  };
  return {
    format_version: '1.0',
    environment: environment.name,
    resources: [
      ...resources.map((resource) => drawn({ ...resource, action: actions.get(resource.address) ?? null })),
      ...[...declared.values()].map(drawn),
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

/**
 * Steps for networks. No engine changes, renames or relabels one: it is made anew under its containers, running or not.
 * Each is detached before, and attached again with its whole endpoint.
 */
import { keyOf } from '../../../model/address.ts';
import type { Change } from '../../../model/change.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { StepsContext, StepSpec } from '../../driver.ts';
import * as specs from './specs.ts';
import { futureTarget, presentTarget, type Target } from './targets.ts';
import { inStartOrder, inStopOrder, renamed, usersOf } from './users.ts';

export function networkSteps(change: Change, context: StepsContext): readonly StepSpec[] {
  const { after } = change;
  const present = presentTarget(change, context);
  if (after === null) return [removal(present)];
  switch (change.action) {
    case 'create':
      return [creation(futureTarget(change), after)];
    case 'replace':
    case 'move':
      return replacement(change, after, context);
    case 'update':
    case 'restart':
    case 'delete':
      return [];
    default:
      return change.action satisfies never;
  }
}

function replacement(change: Change, after: JsonObject, context: StepsContext): readonly StepSpec[] {
  const present = presentTarget(change, context);
  const [before, key] = [keyOf(present.address), keyOf(change.address)];
  const users = usersOf(context, specs.networkKeys, before);
  return [
    ...inStopOrder(users).map((user) => specs.disconnect(user, present.name, true)),
    removal(present),
    creation(futureTarget(change), after),
    ...inStartOrder(users).flatMap((user) => {
      const endpoint = user.desired === null ? null : specs.endpointOf(user.desired, key, context);
      return endpoint === null ? [] : [specs.connect(renamed(user, context), endpoint, true)];
    }),
  ];
}

function creation(target: Target, config: JsonObject): StepSpec {
  return specs.spec('create_network', 'prepare', target, { config });
}

function removal(target: Target): StepSpec {
  return specs.spec('remove_network', 'remove', target);
}

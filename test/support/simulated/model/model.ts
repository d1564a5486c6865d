/** The pure face of the simulated driver. */
import type { DriverModel, Unsupported } from '../../../../src/drivers/driver.ts';
import { RESOURCE_TYPES } from '../../../../src/model/address.ts';
import type { DesiredResource } from '../../../../src/model/desired.ts';
import { fieldPath, parseFieldPath } from '../../../../src/model/field-path.ts';
import { comparableOf, sameImage, sameMeaning } from './equality.ts';
import { effectOf } from './fields.ts';
import { holdingSteps } from './holding-steps.ts';
import { runningSteps } from './running-steps.ts';

const IMAGE_PATH = fieldPath('container', 'image');

export const simulatedModel: DriverModel = {
  settings: ['vm', 'socket', 'port'],
  resourceTypes: RESOURCE_TYPES,
  addressedForGood: ['network'],
  unsupported,
  comparable: (type, config) => comparableOf(type, config),
  equal: (type, path, desired, observed, find) =>
    type === 'service' && path === IMAGE_PATH
      ? sameImage(desired, observed, find)
      : sameMeaning(path, desired, observed),
  effect: (type, path, before, after, facts) => effectOf(type, parseFieldPath(path) ?? [], before, after, facts),
  steps: (change, context) =>
    change.type === 'service' || change.type === 'vm' || change.type === 'cluster'
      ? runningSteps(change, context)
      : holdingSteps(change, context),
  life: ({ verb, args }) => {
    if (verb === 'start' || (verb === 'restore' && args['starts'] !== false)) return 'start';
    return verb === 'stop' ? 'stop' : null;
  },
};

/** As a single engine, it has no networks that span several. */
function unsupported({ type, config }: DesiredResource): readonly Unsupported[] {
  if (type !== 'network' || config['driver'] !== 'overlay') return [];
  const summary = 'the simulated engine has no overlay networks';
  return [{ field_path: fieldPath('driver'), summary, detail: 'use a bridge' }];
}

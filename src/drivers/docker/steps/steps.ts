/** From a change to the engine calls that carry it out. Pure; the verbs are explained in verbs.ts. */
import type { Change } from '../../../model/change.ts';
import type { StepsContext, StepSpec } from '../../driver.ts';
import { imageSteps } from './image-steps.ts';
import { networkSteps } from './network-steps.ts';
import { serviceSteps } from './service-steps.ts';
import { volumeSteps } from './volume-steps.ts';

/** The steps of one change, in the order in which they must happen. */
export function stepsFor(change: Change, context: StepsContext): readonly StepSpec[] {
  switch (change.type) {
    case 'service':
      return serviceSteps(change, context);
    case 'network':
      return networkSteps(change, context);
    case 'volume':
      return volumeSteps(change, context);
    case 'image':
      return imageSteps(change);
    case 'vm':
    case 'cluster':
      return [];
    default:
      return change.type satisfies never;
  }
}

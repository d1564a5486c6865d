/** From a change to the calls that carry it out. Pure; the verbs are explained in verbs.ts. */
import type { Change } from '../../../model/change.ts';
import type { StepsContext, StepSpec } from '../../driver.ts';
import { diskSteps } from './disk-steps.ts';
import { machineSteps } from './machine-steps.ts';

export function stepsFor(change: Change, context: StepsContext): readonly StepSpec[] {
  if (change.type === 'vm') return machineSteps(change, context);
  return change.type === 'volume' ? diskSteps(change, context) : [];
}

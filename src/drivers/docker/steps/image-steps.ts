/** Images are nobody's: they are pulled where they are needed, and never removed. */
import type { Change } from '../../../model/change.ts';
import { member } from '../../../model/json.ts';
import type { StepSpec } from '../../driver.ts';
import { spec } from './specs.ts';
import { futureTarget } from './targets.ts';

export function imageSteps(change: Change): readonly StepSpec[] {
  const { after } = change;
  if (after === null) return [];
  // Whoever asks for a pull wants what the registry has now.
  const policy = change.reason === 'pull_by_request' ? 'always' : (member(after, 'pull_policy') ?? 'missing');
  return [
    spec('pull', 'prepare', futureTarget(change), {
      reference: member(after, 'reference') ?? change.name,
      platform: member(after, 'platform'),
      policy,
    }),
  ];
}

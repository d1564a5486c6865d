/** Whether a parity is good: what was not seen never is. */
import type { OverallStatus } from '../../model/parity.ts';
import type { PageParts } from './page.ts';

const TONES: Readonly<Record<OverallStatus, PageParts['tone']>> = {
  identical: 'good',
  minor_differences: 'warning',
  major_differences: 'bad',
  incompatible: 'bad',
};

export function toneOfParity(status: OverallStatus, isPartlyUnknown: boolean): PageParts['tone'] {
  return isPartlyUnknown ? 'bad' : TONES[status];
}

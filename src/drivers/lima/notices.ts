/** What is made otherwise than its owner may think, at the line of the field. */
import type { DesiredResource } from '../../model/desired.ts';
import { fieldPath } from '../../model/field-path.ts';
import type { Facts } from '../../model/observed.ts';
import type { Notice } from '../driver.ts';
import { acceleratorFor } from './accelerator.ts';
import { isLimaFacts } from './facts.ts';

export function notices({ type, config, engine }: DesiredResource, facts: Facts | null): readonly Notice[] {
  if (type !== 'vm' || !isLimaFacts(facts) || config['accelerator'] !== 'auto') return [];
  if (acceleratorFor(config, facts) !== 'tcg') return [];
  return [
    {
      code: 'unaccelerated',
      field_path: fieldPath('accelerator'),
      summary: `VMs on "${engine}" run under TCG, many times slower than under KVM: nothing has proved that KVM works`,
      detail: '`accelerator: kvm` where you know that it does; `accelerator: tcg` says that it is meant to be so',
    },
  ];
}

/** What a host makes otherwise than its owner may think, at the line of the field. */
import type { DesiredResource } from '../../model/desired.ts';
import { fieldPath } from '../../model/field-path.ts';
import type { Facts } from '../../model/observed.ts';
import type { Notice } from '../driver.ts';
import { isLibvirtFacts } from './facts.ts';

export function notices({ type, config, engine }: DesiredResource, facts: Facts | null): readonly Notice[] {
  if (type !== 'vm' || !isLibvirtFacts(facts) || config['accelerator'] !== 'auto') return [];
  // Another kind of processor is always emulated: nobody expects anything else.
  const isEmulated = (config['arch'] ?? facts.host_arch) !== facts.host_arch;
  if (isEmulated || facts.auto_accelerator === 'kvm') return [];
  const why =
    facts.kvm === 'absent'
      ? 'libvirt finds no KVM on the host'
      : 'nothing has proved that KVM works since the host was booted';
  const next =
    facts.kvm === 'unproved' && facts.is_local
      ? '`trueup doctor --boot vm.NAME` boots one under KVM to see; `accelerator: tcg` says that it is meant to be so'
      : '`accelerator: tcg` says that it is meant to be so';
  return [
    {
      code: 'unaccelerated',
      field_path: fieldPath('accelerator'),
      summary: `VMs on "${engine}" run under TCG, many times slower than under KVM: ${why}`,
      detail: next,
    },
  ];
}

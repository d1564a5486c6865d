/** What `--adopt` takes over, said before anything is planned around it or asked. */
import type { Adoption } from '../flow/adopting.ts';
import type { Address } from '../model/address.ts';
import { safeText } from '../report/safe-text.ts';
import { listed } from '../report/words.ts';
import type { CommandContext } from './context.ts';

export function showAdoptions(
  context: CommandContext,
  adoptions: readonly Adoption[],
  claimed: readonly Address[],
): void {
  for (const { checkout, names } of adoptions) {
    const whose = checkout === null ? 'another checkout' : `the checkout ${checkout}`;
    context.note(`Adopts what ${whose} has left: ${names.join(', ')}`);
  }
  if (claimed.length > 0) context.note(`Adopts what the manifests claim: ${listed(claimed.map(safeText), 5)}`);
}

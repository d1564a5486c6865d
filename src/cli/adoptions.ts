/** What `--adopt` takes over, said before anything is planned around it or asked. */
import type { Adoption } from '../flow/adopting.ts';
import type { CommandContext } from './context.ts';

export function showAdoptions(context: CommandContext, adoptions: readonly Adoption[]): void {
  for (const { checkout, names } of adoptions) {
    const whose = checkout === null ? 'another checkout' : `the checkout ${checkout}`;
    context.note(`Adopts what ${whose} has left: ${names.join(', ')}`);
  }
}

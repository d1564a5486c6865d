/** What keeps a VM from losing what it is now, whatever a command is told: its own `protect`, or that of what is inside of it. */
import type { Address } from '../../model/address.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { fieldPath } from '../../model/field-path.ts';
import type { SourceRange } from '../../model/source.ts';

export interface Protector {
  readonly address: Address;
  /** The line that says so. */
  readonly source: SourceRange | null;
}

/** Itself first; `null` where nothing is protected. */
export function protectorOf(vm: Address, environment: DesiredEnvironment): Protector | null {
  const { resources, engines } = environment;
  const inside = [...resources.values()].filter(({ engine }) => engines[engine]?.inside?.provider === vm);
  const own = resources.get(vm);
  const found = [...(own === undefined ? [] : [own]), ...inside].find(({ protect }) => protect);
  if (found === undefined) return null;
  return { address: found.address, source: environment.locate(found.address, fieldPath('protect')) };
}

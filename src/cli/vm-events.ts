/** `trueup events vm.X`: what is remembered of VMs, oldest first. Needs no engine. */
import type { Selected } from '../flow/selection.ts';
import type { Workspace } from '../flow/workspace.ts';
import { typeOf } from '../model/address.ts';
import { painter } from '../report/paint.ts';
import { safeJson } from '../report/safe-text.ts';
import { vmEventDocument, vmEventText } from '../report/vm-event.ts';
import { readVmEvents } from '../state/vm-events.ts';
import type { CommandContext } from './context.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { LineOutput } from './logs/line-output.ts';
import { warnOfProblem } from './warnings.ts';

/** Whether somebody asks for VMs alone. */
export function isOfVms(selected: readonly Selected[]): boolean {
  const addresses = selected.map((selection) => selection.addresses);
  return addresses.length > 0 && addresses.every((named) => named.length > 0 && named.every(isVm));
}

export async function showVmEvents(
  context: CommandContext,
  { state }: Workspace,
  selected: readonly Selected[],
): Promise<ExitStatus> {
  using output = new LineOutput(context.stdout);
  const paint = painter(context.render.color);
  const qualified = selected.flatMap(({ addresses }) => addresses).length > 1;
  for (const { environment, addresses } of selected) {
    const wanted = new Set(addresses.map((address) => `${environment.name}/${address}`));
    const reading = {
      now: Date.now(),
      onProblem: (problem: Parameters<typeof warnOfProblem>[1]) => warnOfProblem(context, problem),
    };
    for await (const event of readVmEvents(state, environment.name, reading)) {
      if (context.signal.aborted || output.closed.aborted) break;
      if (!wanted.has(event.vmId)) continue;
      // Masked before it is escaped: a secret may hold what is escaped.
      const json = (): string => safeJson(context.mask(JSON.stringify(vmEventDocument(event))));
      await output.write(context.output === 'json' ? json() : context.mask(vmEventText(event, { paint, qualified })));
    }
  }
  return context.signal.aborted ? EXIT.interrupted : EXIT.done;
}

function isVm(address: Selected['addresses'][number]): boolean {
  return typeOf(address) === 'vm';
}

/** VMs and clusters are on an engine that is declared, or on the one that exists for a driver; never on two. */
import { addressOf } from '../../model/address.ts';
import type { VmOrClusterEntry } from '../resolve/vms-and-clusters.ts';
import { type CheckContext, isBroken } from './context.ts';

export function checkPlacement(context: CheckContext): void {
  for (const entry of context.others) checkPlace(entry, context);
}

function checkPlace({ type, key, path, declaration }: VmOrClusterEntry, context: CheckContext): void {
  const { engines, scope } = context;
  const { driver, engine } = declaration;
  const address = addressOf(type, key);
  if (driver === undefined && engine === undefined) {
    if (isBroken(context, `${type}s`, key)) return;
    const detail = 'say with `driver` what kind of engine runs it, or with `engine` which one';
    scope.reporter.errorAt('key', 'missing_key', path, `"driver" is missing in ${address}`, detail);
    return;
  }
  const place = engine ?? driver ?? '';
  const found = engines[place];
  if (driver === undefined || found === undefined || found.driver === driver) return;
  const summary = `${address} wants driver "${driver}", and engine "${place}" is of driver "${found.driver}"`;
  const detail =
    engine === undefined ? `name an engine of driver "${driver}" with \`engine\`` : 'leave one of the two out';
  scope.reporter.error('engine_conflict', [...path, 'driver'], summary, detail);
}

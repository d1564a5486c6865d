/** What the world may do to a simulated environment, as plain values that tests can make up and print. */
import { keyOf } from '../../../src/model/address.ts';
import type { DesiredEnvironment } from '../../../src/model/desired.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import type { SimulatedEngine } from '../simulated/engine.ts';
import { isUp } from '../simulated/life.ts';
import type { SimulatedObject } from '../simulated/objects.ts';

export const WORLD_ACTIONS = [
  'kill',
  'pause',
  'stop',
  'wreck',
  'remove',
  'rename',
  'edit_image',
  'retag_image',
  'remove_image',
  'edit_label',
  'lift_limit',
  'detach_network',
  'reconnect_carelessly',
  'attach_network',
  'remove_network',
  'edit_network',
  'remove_volume',
  'add_foreign',
] as const;

export type WorldActionKind = (typeof WORLD_ACTIONS)[number];

export interface WorldAction {
  readonly kind: WorldActionKind;
  /** Which of the things that it can be done to, counted around. */
  readonly which: number;
}

/** Does it to whatever is there; nothing where there is nothing to do it to. */
export function applyWorldAction(engine: SimulatedEngine, environment: DesiredEnvironment, action: WorldAction): void {
  const { world } = engine;
  const service = pick(engine.objects.all('service'), action.which);
  const network = pick(engine.objects.all('network'), action.which);
  const volume = pick(engine.objects.all('volume'), action.which);
  if (action.kind === 'add_foreign') return addForeign(engine, environment, action.which);
  if (action.kind === 'remove_network') return network === null ? undefined : world.remove(network.name, 'network');
  if (action.kind === 'edit_network') {
    return network === null
      ? undefined
      : world.editField(network.name, fieldPath('driver_opts', 'mtu'), '1400', 'network');
  }
  if (action.kind === 'remove_volume') return volume === null ? undefined : world.remove(volume.name, 'volume');
  if (action.kind === 'retag_image' || action.kind === 'remove_image') {
    return actOnImage(engine, pick(engine.objects.all('image'), action.which)?.name ?? null, action.kind);
  }
  if (service !== null) actOnService(engine, service, action.kind, network);
}

function actOnImage({ world }: SimulatedEngine, reference: string | null, kind: 'retag_image' | 'remove_image'): void {
  if (reference === null) return;
  if (kind === 'remove_image') world.remove(reference, 'image');
  else world.tag(reference, { command: ['run', 'built=by-hand'], environment_variables: { BUILT: 'by-hand' } });
}

type ServiceAction = Exclude<
  WorldActionKind,
  'add_foreign' | 'remove_network' | 'edit_network' | 'remove_volume' | 'retag_image' | 'remove_image'
>;

function actOnService(
  { world, objects }: SimulatedEngine,
  service: SimulatedObject,
  kind: ServiceAction,
  network: SimulatedObject | null,
): void {
  const { name } = service;
  const attached = [...service.attachments.keys()].flatMap((id) => objects.byId(id)?.name ?? [])[0];
  switch (kind) {
    case 'kill':
      return isUp(service) ? world.kill(name) : undefined;
    case 'pause':
    case 'stop':
    case 'wreck':
    case 'remove':
      return world[kind](name);
    case 'rename':
      return world.has(`${name}-moved`) ? undefined : world.rename(name, `${name}-moved`);
    case 'edit_image':
      return world.editField(name, fieldPath('container', 'image'), 'app:by-hand');
    case 'edit_label':
      return world.editField(name, fieldPath('labels', 'by_hand'), 'yes');
    case 'lift_limit':
      return world.editField(name, fieldPath('resource_limits', 'memory_limit'), null);
    case 'detach_network':
      return attached === undefined ? undefined : world.detachNetwork(name, attached);
    case 'reconnect_carelessly':
      return attached === undefined ? undefined : world.attachNetwork(name, attached);
    case 'attach_network':
      return network === null ? undefined : world.attachNetwork(name, network.name, ['by-hand']);
    default:
      return kind satisfies never;
  }
}

/** Somebody else takes the name of something that is declared and not there. */
function addForeign({ world }: SimulatedEngine, environment: DesiredEnvironment, which: number): void {
  const missing = [...environment.resources.values()].filter(
    ({ name, type }) => type !== 'image' && !world.has(name, type),
  );
  const target = pick(missing, which);
  if (target !== null)
    world.addForeign({ type: target.type, name: target.name, config: { was: keyOf(target.address) } });
}

function pick<T>(things: readonly T[], which: number): T | null {
  return things.length === 0 ? null : (things[which % things.length] ?? null);
}

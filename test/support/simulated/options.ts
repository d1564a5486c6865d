/** How a simulated engine is set up. Every trap of real engines is on until a test switches it off. */
import type { ObjectReference } from '../../../src/drivers/scope.ts';
import type { Address } from '../../../src/model/address.ts';
import type { Behaviour } from './behaviour.ts';
import type { Objects } from './objects.ts';

export interface Traps {
  /** An update call takes 0 or nothing for "leave it as it is", so a limit that is set can never be lifted again. */
  readonly zero_means_unchanged: boolean;
  /** Containers hold networks by id: without that very network a stopped one cannot start. Off: by name. */
  readonly stale_network_ids: boolean;
  /** A connect call without aliases leaves none. Off: the engine remembers what was there before. */
  readonly aliases_lost: boolean;
  /** Two networks may have one name. */
  readonly duplicate_network_names: boolean;
  /** What is paused can be neither started nor stopped before it is resumed. */
  readonly paused_must_be_resumed: boolean;
  /** What is made from an image needs it on the engine. Off: whatever is named is there. */
  readonly images_must_exist: boolean;
  /** Sizes come back in bytes, durations in milliseconds, numbers as text, sets in any order, with defaults added. */
  readonly quirky_observation: boolean;
  /** The engine runs health tests by itself, as its clock moves. Off: it has no verdict. */
  readonly health_verdicts: boolean;
}

export interface EventTraps {
  /** Share of the events that are lost, 0 to 1. */
  readonly lose: number;
  /** Whether a `gap` tells of a lost event. */
  readonly announce_loss: boolean;
  /** Share of the events that come twice, 0 to 1. */
  readonly duplicate: number;
  /** Milliseconds that each event is late. */
  readonly delay: number;
}

/** The VM or cluster inside which an engine runs. */
export interface Provider {
  readonly engine: { readonly objects: Objects };
  readonly object: ObjectReference;
  readonly address: Address;
}

export interface SimulatedOptions {
  /** Tells worlds apart. */
  readonly name: string;
  readonly seed: number;
  readonly clock: 'virtual' | 'real';
  /** How long each changing call is under way before it takes effect. On a virtual clock it waits for `advance`. */
  readonly latency: number;
  readonly traps: Traps;
  readonly events: EventTraps;
  /** Behaviours by physical name, for services whose command does not say it. */
  readonly behaviours: Readonly<Record<string, Partial<Behaviour>>>;
  readonly provided_by: Provider | null;
}

export interface SimulatedSettings extends Partial<Omit<SimulatedOptions, 'traps' | 'events'>> {
  readonly traps?: Partial<Traps>;
  readonly events?: Partial<EventTraps>;
}

const TRAPS: Traps = {
  zero_means_unchanged: true,
  stale_network_ids: true,
  aliases_lost: true,
  duplicate_network_names: true,
  paused_must_be_resumed: true,
  images_must_exist: true,
  quirky_observation: true,
  health_verdicts: false,
};

const EVENTS: EventTraps = { lose: 0, announce_loss: true, duplicate: 0, delay: 0 };

/** The settings with every default filled in. */
export function optionsOf(settings: SimulatedSettings): SimulatedOptions {
  return {
    name: 'world',
    seed: 1,
    clock: 'virtual',
    latency: 0,
    behaviours: {},
    provided_by: null,
    ...settings,
    traps: { ...TRAPS, ...settings.traps },
    events: { ...EVENTS, ...settings.events },
  };
}

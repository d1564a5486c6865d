/** What is in a VM of all that is ours, as far as its engine can be asked, and as far as it is known otherwise. Pure. */
import { type Address, isAddress } from '../../model/address.ts';
import type { Withheld } from '../../model/change.ts';
import type { EngineDeclaration, EngineInside } from '../../model/desired.ts';
import { compareText, type Json, member } from '../../model/json.ts';
import type { Observation, ObservedObject } from '../../model/observed.ts';
import { isOurs } from '../../model/ownership.ts';
import type { DecisionsRequest } from './decisions.ts';

interface Contained {
  readonly engine: EngineDeclaration;
  readonly inside: EngineInside;
  readonly observation: Observation;
}

/** Ours, in this environment, as far as the engine was seen. */
export function oursIn(observation: Observation, { owners, environment }: DecisionsRequest): readonly ObservedObject[] {
  if (observation.status !== 'known') return [];
  return observation.objects.filter(
    (object) => isOurs(object, owners) && object.ownership?.environment === environment.name,
  );
}

/**
 * What is protected in there; `null` for nothing. An engine that does not answer may hold all that was ever declared on it: what
 * is forgotten, or was never made, is taken for there, because nothing brings it back.
 */
export function protectedInside(contained: Contained, request: DecisionsRequest): Address | null {
  const { engine, observation } = contained;
  if (observation.status === 'absent') return null;
  const { resources } = request.recorded;
  const declared = request.declared ?? request.environment.resources;
  const seen = oursIn(observation, request).flatMap(({ ownership, configured }): readonly Held[] =>
    ownership === null ? [] : [[ownership.address, resources[ownership.address]?.config ?? configured]],
  );
  const known = observation.status === 'known' ? seen : supposedOn(engine.name, request);
  const held = known.filter(([address, last]) => {
    const wanted = declared.get(address)?.protect;
    const was = member(last, 'protect') === true;
    return request.mode === 'destroy' ? was || wanted === true : (wanted ?? was);
  });
  return held.map(([address]) => address).toSorted(compareText)[0] ?? null;
}

type Held = readonly [address: Address, last: Json];

/** What was applied there last, and what is declared there. */
function supposedOn(engine: string, { recorded, environment, declared }: DecisionsRequest): readonly Held[] {
  const known = Object.entries(recorded.resources).flatMap(([address, one]): readonly Held[] =>
    one.engine === engine && isAddress(address) ? [[address, one.config]] : [],
  );
  const wanted = [...(declared ?? environment.resources).values()].filter((one) => one.engine === engine);
  return [...known, ...wanted.map(({ address, config }): Held => [address, config])];
}

/** What a VM that stays keeps, where it was to go as well. */
export function keptInside({ engine, inside }: Contained, request: DecisionsRequest): readonly Withheld[] {
  const { recorded, targets } = request;
  return Object.entries(recorded.resources).flatMap(([address, one]): readonly Withheld[] => {
    if (one.engine !== engine.name || !isAddress(address) || targets?.has(address) === false) return [];
    const summary = `${address} is in ${inside.provider}, which is down and stays: it stays as it is`;
    return [{ address, reason: 'data_kept', summary }];
  });
}

/**
 * Secrets of what carries no label. Of what trueup made a label says which values are secret; of everything else nobody does,
 * and it is looked at all the same: what is claimed, what is somebody else's, and what is in the way. Sealed is what is declared
 * as a secret or was applied as one, and what looks like one and stands in no manifest: rather one too many, because whatever
 * is left open here may be printed, sent and kept.
 */
import { type Address, isAddress, typeOf } from '../model/address.ts';
import { nameBeforeAside } from '../model/aside.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, member } from '../model/json.ts';
import { looksSecret } from '../model/looks-secret.ts';
import type { Observation, ObservedObject, Recorded } from '../model/observed.ts';
import { isSecret, type Sealer } from '../model/secret.ts';

export interface SealInput {
  readonly environment: Pick<DesiredEnvironment, 'resources'>;
  readonly recorded: Pick<Recorded, 'resources'>;
  readonly sealer: Sealer;
}

/** The same observations, with no secret of an unlabelled object in the clear. */
export function withUnlabelledSealed(
  observations: ReadonlyMap<string, Observation>,
  input: SealInput,
): ReadonlyMap<string, Observation> {
  if (![...observations.values()].some(hasUnlabelled)) return observations;
  const declared = Map.groupBy(input.environment.resources.values(), ({ engine, type, name }) =>
    keyOf(engine, type, name),
  );
  const applied = Map.groupBy(appliedIn(input.recorded), ({ key }) => key);
  const sealed = [...observations].map(([engine, observation]): [string, Observation] => {
    if (observation.status !== 'known') return [engine, observation];
    const objects = observation.objects.map((object) => {
      if (object.ownership !== null) return object;
      const name = (object.type === 'service' ? nameBeforeAside(object.name) : null) ?? object.name;
      const key = keyOf(engine, object.type, name);
      const known = { declared: configsOf(declared.get(key)), applied: configsOf(applied.get(key)) };
      return sealedObject(object, known, input.sealer);
    });
    return [engine, { ...observation, objects }];
  });
  return new Map(sealed);
}

function hasUnlabelled(observation: Observation): boolean {
  return observation.status === 'known' && observation.objects.some(({ ownership }) => ownership === null);
}

interface Applied {
  readonly key: string;
  readonly config: JsonObject;
}

/** Whatever its address was then: what is called otherwise in the manifests now is the same thing. */
function appliedIn({ resources }: SealInput['recorded']): readonly Applied[] {
  const addresses = Object.keys(resources).filter((word): word is Address => isAddress(word));
  return addresses.flatMap((address) => {
    const record = resources[address];
    if (record === undefined) return [];
    return [{ key: keyOf(record.engine, typeOf(address), record.name), config: record.config }];
  });
}

function configsOf(known: readonly { readonly config: JsonObject }[] = []): readonly JsonObject[] {
  return known.map(({ config }) => config);
}

/** What is known to stand at one place of the object, several times where it is known under several addresses. */
interface Known {
  readonly declared: readonly Json[];
  readonly applied: readonly Json[];
  /** Of its image, or of the engine. */
  readonly given: Json;
}

function sealedObject(object: ObservedObject, known: Omit<Known, 'given'>, sealer: Sealer): ObservedObject {
  const seal = (config: JsonObject): JsonObject =>
    sealedMembers(config, { ...known, given: object.defaults ?? null }, sealer);
  const { configured, effective } = object;
  return { ...object, configured: seal(configured), effective: effective === null ? null : seal(effective) };
}

function sealedMembers(observed: JsonObject, known: Known, sealer: Sealer): JsonObject {
  return Object.fromEntries(
    Object.entries(observed).map(([name, value]) => [
      name,
      sealed(
        value,
        name,
        within(known, (at) => member(at, name)),
        sealer,
      ),
    ]),
  );
}

function sealed(observed: Json, name: string, known: Known, sealer: Sealer): Json {
  if (typeof observed === 'string') return isToSeal(observed, name, known) ? sealer.seal(observed) : observed;
  if (isJsonArray(observed)) {
    return observed.map((item, index) => {
      return sealed(
        item,
        optionBefore(observed, index),
        within(known, (at) => itemOf(at, index)),
        sealer,
      );
    });
  }
  return isJsonObject(observed) && !isSecret(observed) ? sealedMembers(observed, known, sealer) : observed;
}

/** What stands in a manifest as it is, or in everybody's image, is no secret whatever it looks like. */
function isToSeal(observed: string, name: string, { declared, applied, given }: Known): boolean {
  if (declared.some(isSecret)) return true;
  if (declared.includes(observed)) return false;
  if (applied.some(isSecret)) return true;
  return !applied.includes(observed) && observed !== given && looksSecret(name, observed);
}

/** What a word of a command is called, if anything says so: `--token` stands before its value. */
function optionBefore(words: readonly Json[], index: number): string {
  const before = words[index - 1];
  return typeof before === 'string' && before.startsWith('-') ? before.replace(/^-+/, '') : '';
}

function within({ declared, applied, given }: Known, step: (at: Json) => Json | undefined): Known {
  const inside = (at: Json): Json => step(at) ?? null;
  return { declared: declared.map(inside), applied: applied.map(inside), given: inside(given) };
}

function itemOf(at: Json, index: number): Json | undefined {
  return isJsonArray(at) ? at[index] : undefined;
}

function keyOf(engine: string, type: string, name: string): string {
  return `${engine}\0${type}\0${name}`;
}

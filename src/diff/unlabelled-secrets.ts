/**
 * Secrets of what carries no label. Of what trueup made a label says which values are secret; of everything else nobody does,
 * and it is looked at all the same: what is claimed, what is somebody else's, and what is in the way. Sealed is what is declared
 * as a secret or was applied as one, what looks like one and stands in no manifest, and every other text that one of these is a
 * part of: rather one too many, because whatever is left open here may be printed, sent and kept.
 */
import { type Address, isAddress, typeOf } from '../model/address.ts';
import { nameBeforeAside } from '../model/aside.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, member } from '../model/json.ts';
import { KnownSecrets } from '../model/known-secrets.ts';
import { looksSecret } from '../model/looks-secret.ts';
import type { Observation, ObservedObject, Recorded } from '../model/observed.ts';
import { plainNamesOf } from '../model/plain-names.ts';
import { isSecret, type Sealer } from '../model/secret.ts';
import { secretSpans, secretSpansOf, type Span } from '../model/secret-spans.ts';

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
  const { configured, effective } = object;
  const all = { ...known, given: object.defaults ?? null };
  const secrets = new KnownSecrets(plainNamesOf(object));
  // All of it is heard before any of it is sealed: a text that only repeats a secret may stand in front of it.
  for (const config of [configured, effective ?? {}]) {
    textsMapped(config, all, (place) => {
      if (isToSeal(place)) hear(place, secrets);
      return place.text;
    });
  }
  const seal = (config: JsonObject): JsonObject =>
    textsMapped(config, all, (place) => {
      const isKnown = !isOpen(place) && secrets.spansIn(place.text).length > 0;
      return isKnown || isToSeal(place) ? sealer.seal(place.text) : place.text;
    });
  return { ...object, configured: seal(configured), effective: effective === null ? null : seal(effective) };
}

/** A text, with what is known of it where it stands. */
interface TextPlace {
  readonly text: string;
  readonly name: string;
  readonly known: Known;
  /** Where in it secrets are, as the words around it tell. */
  readonly spans: readonly Span[];
}

type ToJson = (place: TextPlace) => Json;

function textsMapped(observed: JsonObject, known: Known, toJson: ToJson): JsonObject {
  return Object.fromEntries(
    Object.entries(observed).map(([name, value]) => [
      name,
      mapped(
        value,
        name,
        within(known, (at) => member(at, name)),
        toJson,
      ),
    ]),
  );
}

function mapped(observed: Json, name: string, known: Known, toJson: ToJson): Json {
  if (typeof observed === 'string') return toJson({ text: observed, name, known, spans: secretSpans(observed) });
  if (isJsonArray(observed)) return itemsMapped(observed, known, toJson);
  return isJsonObject(observed) && !isSecret(observed) ? textsMapped(observed, known, toJson) : observed;
}

/** A list may be the words of a command: one says of another what it is. */
function itemsMapped(items: readonly Json[], known: Known, toJson: ToJson): readonly Json[] {
  const spans = secretSpansOf(items.map((item) => (typeof item === 'string' ? item : '')));
  return items.map((item, index) => {
    const there = within(known, (at) => itemOf(at, index));
    if (typeof item !== 'string') return mapped(item, '', there, toJson);
    return toJson({ text: item, name: '', known: there, spans: spans[index] ?? [] });
  });
}

function hear({ text, name, spans }: TextPlace, secrets: KnownSecrets): void {
  secrets.add(name, text);
  for (const span of [...spans, ...secretSpans(text)]) secrets.add(span.name, text.slice(span.start, span.end));
}

function isToSeal(place: TextPlace): boolean {
  const { text, name, known, spans } = place;
  if (isOpen(place)) return false;
  return [...known.declared, ...known.applied].some(isSecret) || spans.length > 0 || looksSecret(name, text);
}

/** What stands in a manifest as it is, or in everybody's image, is no secret whatever it looks like. */
function isOpen({ text, known: { declared, applied, given } }: TextPlace): boolean {
  if (declared.some(isSecret)) return false;
  if (declared.includes(text)) return true;
  return !applied.some(isSecret) && (applied.includes(text) || text === given);
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

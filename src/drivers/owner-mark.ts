/**
 * An owner mark as one text, for engines that have a place for a text and none for labels: whose an object is, and what the
 * engine itself cannot keep. Whatever is no mark of ours reads as `null`.
 */
import { type Address, isAddress } from '../model/address.ts';
import { canonicalJson, isJsonObject, type JsonObject, member, parseJson } from '../model/json.ts';
import type { Ownership } from '../model/observed.ts';
import type { StepContext } from './step-context.ts';

export const MARK_SCHEMA = 1;

export interface OwnerMark {
  readonly ownership: Ownership;
  /** What is kept for who reads it back. */
  readonly kept: JsonObject;
}

export function ownerMark(address: Address, kept: JsonObject, context: Pick<StepContext, 'ownership'>): OwnerMark {
  return { ownership: ownershipFor(address, context), kept };
}

/** Who an object belongs to when this step makes it. */
export function ownershipFor(address: Address, { ownership }: Pick<StepContext, 'ownership'>): Ownership {
  const { owner, project, environment, checkout, revision } = ownership;
  return { owner, project, environment, address, checkout, created_revision: revision };
}

/** A mark that takes the place of another: it was made when that was made. */
export function renewedMark(mark: OwnerMark, former: OwnerMark | null): OwnerMark {
  const created = former?.ownership.created_revision ?? mark.ownership.created_revision;
  return { ...mark, ownership: { ...mark.ownership, created_revision: created } };
}

export function ownerMarkText({ ownership, kept }: OwnerMark): string {
  return canonicalJson({ schema: MARK_SCHEMA, ...ownership, kept });
}

export function parseOwnerMark(text: string): OwnerMark | null {
  const value = parseMarkObject(text);
  const ownership = value === null ? null : ownershipIn(value);
  const kept = member(value, 'kept');
  return ownership === null ? null : { ownership, kept: isJsonObject(kept) ? kept : {} };
}

/** The object that a mark is written as, whatever stands in it beside the owner; `null` for what is none of ours. */
export function parseMarkObject(text: string): JsonObject | null {
  try {
    const value = parseJson(text);
    return isJsonObject(value) && value['schema'] === MARK_SCHEMA ? value : null;
  } catch {
    return null;
  }
}

export function ownershipIn(value: JsonObject): Ownership | null {
  const owner = textMember(value, 'owner');
  const project = textMember(value, 'project');
  const environment = textMember(value, 'environment');
  const address = textMember(value, 'address');
  if (owner === null || project === null || environment === null) return null;
  if (address === null || !isAddress(address)) return null;
  return {
    owner,
    project,
    environment,
    address,
    checkout: textMember(value, 'checkout'),
    created_revision: textMember(value, 'created_revision'),
  };
}

function textMember(value: JsonObject, name: string): string | null {
  const found = member(value, name);
  return typeof found === 'string' ? found : null;
}

/**
 * An owner mark as one text, for engines that have a place for a text and none for labels: whose an object is, and what the
 * engine itself cannot keep. Whatever is no mark of ours reads as `null`.
 */
import { type Address, isAddress } from '../model/address.ts';
import { canonicalJson, isJsonObject, type JsonObject, member, parseJson } from '../model/json.ts';
import type { Ownership } from '../model/observed.ts';
import type { StepContext } from './step-context.ts';

const SCHEMA = 1;

export interface OwnerMark {
  readonly ownership: Ownership;
  /** What is kept for who reads it back. */
  readonly kept: JsonObject;
}

export function ownerMark(
  address: Address,
  kept: JsonObject,
  { ownership }: Pick<StepContext, 'ownership'>,
): OwnerMark {
  const { owner, project, environment, checkout, revision } = ownership;
  return { ownership: { owner, project, environment, address, checkout, created_revision: revision }, kept };
}

/** A mark that takes the place of another: it was made when that was made. */
export function renewedMark(mark: OwnerMark, former: OwnerMark | null): OwnerMark {
  const created = former?.ownership.created_revision ?? mark.ownership.created_revision;
  return { ...mark, ownership: { ...mark.ownership, created_revision: created } };
}

export function ownerMarkText({ ownership, kept }: OwnerMark): string {
  return canonicalJson({ schema: SCHEMA, ...ownership, kept });
}

export function parseOwnerMark(text: string): OwnerMark | null {
  const value = parsed(text);
  if (value === null || member(value, 'schema') !== SCHEMA) return null;
  const owner = textMember(value, 'owner');
  const project = textMember(value, 'project');
  const environment = textMember(value, 'environment');
  const address = textMember(value, 'address');
  if (owner === null || project === null || environment === null) return null;
  if (address === null || !isAddress(address)) return null;
  const kept = member(value, 'kept');
  return {
    ownership: {
      owner,
      project,
      environment,
      address,
      checkout: textMember(value, 'checkout'),
      created_revision: textMember(value, 'created_revision'),
    },
    kept: isJsonObject(kept) ? kept : {},
  };
}

function parsed(text: string): JsonObject | null {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function textMember(value: JsonObject, name: string): string | null {
  const found = member(value, name);
  return typeof found === 'string' ? found : null;
}

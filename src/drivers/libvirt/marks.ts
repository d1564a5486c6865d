/**
 * Our marks: whose an object is, and what libvirt has no place for. On a machine they stand in its metadata, in a name space of
 * our own; of a disk in a small volume beside it. Whatever is no mark of ours reads as `null`.
 */
import { type Address, isAddress } from '../../model/address.ts';
import { canonicalJson, isJsonObject, type JsonObject, member, parseJson } from '../../model/json.ts';
import type { Ownership } from '../../model/observed.ts';
import type { StepContext } from '../step-context.ts';
import { element, elementsIn, elementAt, textOf, type XmlElement } from './xml/element.ts';

const MARK_SPACE = 'https://trueup.dev/libvirt/1';
const PREFIX = 'trueup';
const SCHEMA = 1;

export interface Mark {
  readonly ownership: Ownership;
  /** What is kept for who reads it back. */
  readonly kept: JsonObject;
}

export function markFor(address: Address, kept: JsonObject, { ownership }: Pick<StepContext, 'ownership'>): Mark {
  const { owner, project, environment, checkout, revision } = ownership;
  return { ownership: { owner, project, environment, address, checkout, created_revision: revision }, kept };
}

export function markText({ ownership, kept }: Mark): string {
  return canonicalJson({ schema: SCHEMA, ...ownership, kept });
}

export function parseMark(text: string): Mark | null {
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

/** The element that goes into the metadata of a machine. */
export function markElement(mark: Mark): XmlElement {
  return element(`${PREFIX}:mark`, { [`xmlns:${PREFIX}`]: MARK_SPACE }, [markText(mark)]);
}

/** What stands in the metadata of a machine. The prefix is whatever somebody made of it. */
export function markOf(domain: XmlElement): Mark | null {
  const found = elementsIn(elementAt(domain, 'metadata')).find((child) =>
    Object.values(child.attributes).includes(MARK_SPACE),
  );
  return found === undefined ? null : parseMark(textOf(found) ?? '');
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

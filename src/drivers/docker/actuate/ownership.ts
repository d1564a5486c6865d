/** Whose an object is. What is not ours is named and never touched, whatever a step says: names change hands. */
import type { Address, ResourceType } from '../../../model/address.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { StepContext } from '../../step-context.ts';
import { LABEL, ownershipFrom } from '../labels.ts';

type Labels = Readonly<Record<string, string>> | null | undefined;

/** Whether it belongs to this environment. */
export function isOurs(labels: Labels, { owners, ownership }: StepContext): boolean {
  const found = ownershipFrom(labels);
  return found !== null && owners.includes(found.owner) && found.environment === ownership.environment;
}

/** Whether it is ours and carries this address. */
export function isOwn(labels: Labels, address: Address, context: StepContext): boolean {
  return isOurs(labels, context) && ownershipFrom(labels)?.address === address;
}

/** Whether it was made by exactly this request. */
export function isOfRequest(labels: Labels, digest: string): boolean {
  return labels?.[LABEL.request] === digest;
}

export function nameInUse(type: ResourceType | 'container', name: string, labels: Labels, next?: string): TrueupError {
  const found = ownershipFrom(labels);
  const whose =
    found === null
      ? 'an object that trueup did not make'
      : `${found.environment}/${found.address} of ${found.checkout ?? `owner ${found.owner}`}`;
  const fields = found === null ? { name } : { name, ...found };
  return new TrueupError('name_in_use', `the ${type} name ${name} is taken by ${whose}`, {
    fields,
    next: next ?? 'give this one another name or project, or remove what has the name',
  });
}

export function objectMissing(type: ResourceType | 'container', name: string, next?: string): TrueupError {
  return new TrueupError('object_missing', `the ${type} ${name} is gone`, {
    fields: { name },
    next: next ?? 'look at it with `trueup plan`, and apply again',
  });
}

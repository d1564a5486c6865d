/** Known secret values taken out of a status before anything in it is shortened or cut to a column. */
import { maskDocument } from '../mask-document.ts';
import type { EnvironmentStatus, ResourceStatus } from '../status.ts';
import { maskPending } from './mask-plan.ts';

type Mask = (text: string) => string;

export function maskStatus(environments: readonly EnvironmentStatus[], mask: Mask): readonly EnvironmentStatus[] {
  return environments.map((environment) => ({
    ...environment,
    conditions: environment.conditions.map((condition) => ({ ...condition, message: mask(condition.message) })),
    resources: environment.resources.map((resource) => maskResource(resource, mask)),
  }));
}

function maskResource(resource: ResourceStatus, mask: Mask): ResourceStatus {
  const { reason, details, pending_restart: pending, configuration_file: file } = resource;
  return {
    ...resource,
    reason: reason === null ? null : mask(reason),
    details: maskDocument(details, mask),
    ...(pending === undefined ? {} : { pending_restart: maskPending(pending, mask) }),
    ...(file === undefined
      ? {}
      : { configuration_file: { ...file, validationErrors: file.validationErrors.map((error) => mask(error)) } }),
  };
}

/**
 * A service in both directions: from its configuration to the request that creates a container, and from an inspect back.
 * For whatever the groups hold, reading what was requested gives the configuration again.
 */
import { type FieldPath, fieldPath, parseFieldPath } from '../../../model/field-path.ts';
import type { JsonObject } from '../../../model/json.ts';
import type {
  ContainerConfig,
  ContainerInspect,
  CreateContainerBody,
  HostConfig,
  UpdateContainerBody,
} from '../api/wire.ts';
import { dependenciesFrom } from '../labels.ts';
import { disowned } from '../own-labels.ts';
import type { BodyContext, Reading, ServiceView } from './group.ts';
import { SERVICE_GROUPS } from './groups.ts';
import { restartPolicy } from './lifecycle.ts';
import { updatedLimits } from './limits.ts';
import { overlaid, textAt } from './parts.ts';

export { endpointSettings } from './attachments.ts';

/** A container as its manifest would say it. */
export function serviceFrom(inspect: ContainerInspect, view: ServiceView): Reading {
  const readings = SERVICE_GROUPS.map((group): Reading => {
    const reading = group.read(inspect, view);
    const isUnknown = group.imageDefaults === true && view.image === null;
    if (!isUnknown) return reading;
    const assumed = group.fields.map((names) => fieldPath(...names));
    return { configured: reading.configured, defaults: reading.configured, assumed };
  });
  const assumed = readings.flatMap((reading) => reading.assumed ?? []);
  return {
    configured: overlaid(
      { dependencies: dependenciesFrom(inspect.Config.Labels) },
      ...readings.map(({ configured }) => configured),
    ),
    defaults: overlaid(...readings.map(({ defaults }) => defaults)),
    ...(assumed.length === 0 ? {} : { assumed }),
  };
}

/** The body of the request that creates the container. It holds secrets in the clear and must not be written anywhere. */
export function createBody(config: JsonObject, context: BodyContext): CreateContainerBody {
  const parts = SERVICE_GROUPS.map((group) => group.request(config, context));
  const endpoints = parts.find((part) => part.endpoints !== undefined)?.endpoints;
  return {
    ...joined<ContainerConfig>(parts.map((part) => part.config)),
    Labels: {
      ...disowned(context.image?.Config?.Labels),
      ...Object.fromEntries(parts.flatMap((part) => Object.entries(part.config?.Labels ?? {}))),
    },
    HostConfig: joined<HostConfig>(parts.map((part) => part.host)),
    ...(endpoints === undefined ? {} : { NetworkingConfig: { EndpointsConfig: endpoints } }),
  };
}

/** The body that sets changed fields in place, along with what the engine wants to be set together. */
export function updateBody(changed: readonly FieldPath[], config: JsonObject): UpdateContainerBody {
  const names = changed.map((path) => parseFieldPath(path) ?? []);
  const limits = new Set(names.flatMap(([group, field = '']) => (group === 'resource_limits' ? [field] : [])));
  const isRestart = names.some(([group, field]) => group === 'container' && field === 'restart');
  return {
    ...updatedLimits(limits, config),
    ...(isRestart ? { RestartPolicy: restartPolicy(textAt(config, 'container', 'restart')) } : {}),
  };
}

/** Whose parts have no member in common but by agreement: the last counts. */
function joined<T extends object>(parts: readonly (T | null | undefined)[]): Partial<T> {
  const whole: Partial<T> = {};
  for (const part of parts) Object.assign(whole, part);
  return whole;
}

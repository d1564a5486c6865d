/** Health checks that say less: the target is the reference, and a source that finds less wrong is weaker. Pure. */
import { durationMs } from '../../model/duration.ts';
import { isJsonObject, type Json, type JsonObject, jsonEqual, member, memberAt } from '../../model/json.ts';
import type { HeldField, HeldSide } from './held-field.ts';

/** Whether the target knows how it is, and the source does not. */
export function isHealthCheckGone({ names, source, target }: HeldField): boolean {
  return names[0] === 'health_check' && !isTested(source) && isTested(target);
}

/** Whether the source finds it broken later than the target, or not at all, as far as this field goes. */
export function isWeakerHealthCheck({ names, source, target }: HeldField): boolean {
  const [first, part, , ofEndpoint] = names;
  if (first !== 'health_check' || part === undefined || !isTested(source) || !isTested(target)) return false;
  switch (part) {
    case 'interval':
    case 'timeout':
    case 'start_period':
      return durationMs(source.value, 0) > durationMs(target.value, 0);
    case 'retries':
      return numberOf(source.value) > numberOf(target.value);
    case 'test':
    case 'expected_response':
      return source.value === null;
    case 'endpoints':
      if (ofEndpoint === 'timeout_ms') return numberOf(source.value) > numberOf(target.value);
      return source.value === null;
    default:
      return false;
  }
}

/** Whether both sides ask the same of the service, at another host or port. The same both ways. */
export function isEndpointElsewhere({ names, source, target }: HeldField): boolean {
  const [first, part, url] = names;
  if (first !== 'health_check' || part !== 'endpoints' || url === undefined || names.length !== 3) return false;
  const [held, other] = source.value === null ? [target, source] : [source, target];
  if (other.value !== null || !isJsonObject(held.value)) return false;
  const question = questionOf(held.value);
  const endpoints = memberAt(other.config, 'health_check', 'endpoints');
  return (
    isJsonObject(endpoints) &&
    Object.values(endpoints).some(
      (endpoint) =>
        isJsonObject(endpoint) && jsonEqual(questionOf(endpoint), question) && isSameService(held, other, endpoint),
    )
  );
}

/** What is asked of another service is another question. */
function isSameService(held: HeldSide, other: HeldSide, endpoint: JsonObject): boolean {
  const serviceOf = ({ hosts }: HeldSide, of: Json): ReadonlySet<string> | undefined => {
    const url = member(of, 'url');
    return typeof url === 'string' ? hosts.get(URL.parse(url)?.hostname ?? '') : undefined;
  };
  const [one, two] = [serviceOf(held, held.value), serviceOf(other, endpoint)];
  return one === undefined || two === undefined || !one.isDisjointFrom(two);
}

function questionOf(endpoint: JsonObject): JsonObject {
  const { url, timeout_ms: _timeout, ...rest } = endpoint;
  const parsed = typeof url === 'string' ? URL.parse(url) : null;
  return { ...rest, path: parsed === null ? (url ?? null) : `${parsed.pathname}${parsed.search}` };
}

function isTested({ config }: HeldSide): boolean {
  const check = member(config, 'health_check');
  const test = member(check, 'test');
  const isSwitchedOff = Array.isArray(test) && test[0] === 'NONE';
  const endpoints = member(check, 'endpoints');
  const hasEndpoints = isJsonObject(endpoints) && Object.keys(endpoints).length > 0;
  return hasEndpoints || (test !== null && !isSwitchedOff);
}

function numberOf(value: Json): number {
  return typeof value === 'number' ? value : 0;
}

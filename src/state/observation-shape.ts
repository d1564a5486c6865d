/** The shape of a saved observation, as deep as plans rely on it. It may come from anywhere. */
import { isAddress, RESOURCE_TYPES } from '../model/address.ts';
import { isOneLine } from '../model/one-line.ts';
import { VM_STATUSES } from '../model/vm-status.ts';
import {
  anyObject,
  count,
  flag,
  listOf,
  mapOf,
  nullable,
  objectOf,
  oneOf,
  optional,
  type Shape,
  text,
  textThat,
} from './shape.ts';

const address = textThat(isAddress, 'an address');

/** Names stand in messages. */
const line = textThat(isOneLine, 'one line');

const moment = textThat((value) => !Number.isNaN(Date.parse(value)), 'a time');

const ownership = objectOf({
  owner: text,
  project: line,
  environment: line,
  address,
  checkout: nullable(text),
  created_revision: nullable(text),
});

const exitCode: Shape = (value, path) => (Number.isInteger(value) ? null : `${path} is not an exit code`);

const status = objectOf({
  run_state: nullable(
    oneOf(['created', 'running', 'paused', 'restarting', 'completed', 'failed', 'stopped', 'suspended', 'dead']),
  ),
  reason: nullable(text),
  since: nullable(text),
  exit_code: nullable(exitCode),
  restarts: count,
  incarnation: nullable(text),
  health: oneOf(['healthy', 'unhealthy', 'starting', 'none']),
  vm_status: optional(oneOf(VM_STATUSES)),
  details: anyObject,
});

const object = objectOf({
  type: oneOf(RESOURCE_TYPES),
  name: text,
  id: text,
  born: optional(text),
  ownership: nullable(ownership),
  claimed: optional(flag),
  configured: anyObject,
  defaults: optional(anyObject),
  assumed: optional(listOf(text)),
  effective: nullable(anyObject),
  goes_along: optional(listOf(line)),
  status,
});

const OBSERVATIONS: Readonly<Record<string, Shape>> = {
  known: objectOf({ engine: line, facts: objectOf({ kind: text, version: text }), objects: listOf(object) }),
  absent: objectOf({ engine: line, provided_by: address }),
  unreachable: objectOf({ engine: line, error: text, provided_by: nullable(address), awaited: optional(flag) }),
};

const observation: Shape = (value, path) => {
  const problem = objectOf({ status: oneOf(Object.keys(OBSERVATIONS)) })(value, path);
  if (problem !== null) return problem;
  const { status: word } = value as { readonly status: string };
  return OBSERVATIONS[word]?.(value, path) ?? null;
};

const recorded = objectOf({
  resources: mapOf(
    address,
    objectOf({
      engine: line,
      name: text,
      config: anyObject,
      revision: nullable(text),
      unfinished: flag,
      adopted: optional(listOf(text)),
    }),
  ),
  stopped: listOf(address),
  suspended: optional(listOf(address)),
});

const freeze = objectOf({ address, since: moment, until: moment, reason: text, by: text });

export const OBSERVATION_SHAPE: Shape = objectOf({
  kind: oneOf(['observation']),
  environment: line,
  project: line,
  observed_at: moment,
  root: textThat((value) => value.startsWith('/'), 'an absolute path'),
  owners: listOf(text),
  engines: listOf(objectOf({ driver: text, observation })),
  recorded,
  owed_restarts: listOf(address),
  frozen: listOf(freeze),
});

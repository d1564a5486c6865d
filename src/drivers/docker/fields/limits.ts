/** Limits and reservations. The engine knows processors in billionths, their reservation in shares of 1024 each. */
import type { Effect } from '../../../model/change.ts';
import { type Json, type JsonObject, memberAt, scalarText } from '../../../model/json.ts';
import { formatSize, parseSize } from '../../../model/quantity.ts';
import type { Unsupported } from '../../driver.ts';
import type { HostConfig, UpdateContainerBody } from '../api/wire.ts';
import type { FieldGroup, Transition } from './group.ts';
import { refusedIf } from './refusal.ts';

const CPU_LIMIT = ['resource_limits', 'cpu_limit'] as const;
const MEMORY_LIMIT = ['resource_limits', 'memory_limit'] as const;
const CPU_RESERVATION = ['resource_limits', 'cpu_reservation'] as const;
const MEMORY_RESERVATION = ['resource_limits', 'memory_reservation'] as const;

const NANO = 1_000_000_000;
const SHARES = 1024;

/** What the engine counts a value in: values that come out the same are the same to it. */
const COUNTED: Readonly<Record<string, (value: Json) => number>> = {
  cpu_limit: (value) => Math.round(Number(value) * NANO),
  cpu_reservation: (value) => Math.round(Number(value) * SHARES),
  memory_limit: bytesOf,
  memory_reservation: bytesOf,
};

export const limits: FieldGroup = {
  fields: [CPU_LIMIT, MEMORY_LIMIT, CPU_RESERVATION, MEMORY_RESERVATION],

  request(config) {
    return { host: { ...cpuLimit(config), ...cpuReservation(config), ...memory(config) } };
  },

  read({ HostConfig }) {
    const { CpuShares = 0, Memory = 0, MemoryReservation = 0 } = HostConfig;
    return {
      configured: {
        resource_limits: {
          cpu_limit: cpusOf(HostConfig),
          memory_limit: Memory === 0 ? null : formatSize(Memory),
          cpu_reservation: CpuShares === 0 ? null : CpuShares / SHARES,
          memory_reservation: MemoryReservation === 0 ? null : formatSize(MemoryReservation),
        },
      },
      defaults: {},
    };
  },

  equal({ names, desired, observed }) {
    const count = COUNTED[names[1] ?? ''];
    return count !== undefined && desired !== null && observed !== null && count(desired) === count(observed);
  },

  effect,
  unsupported,
};

/** An update sets limits and cannot lift them. */
function effect({ names, before, after, facts }: Transition): Effect {
  if (after === null || facts?.['updates_limits'] === false) return 'replace';
  // A limit in the engine's older form, which shuts out the other one for good.
  return names[1] === 'cpu_limit' && typeof before === 'string' ? 'replace' : 'in_place';
}

/** What engines refuse, if they refuse it, only when they start the container. */
const LEAST = { cpus: 0.01, shares: 2, memory: '6MiB' } as const;
const MOST_SHARES = 262_144;

function unsupported(config: JsonObject): readonly Unsupported[] {
  const [limit, reservation] = [memberAt(config, ...CPU_LIMIT), memberAt(config, ...CPU_RESERVATION)];
  const [memory, reserved] = [memberAt(config, ...MEMORY_LIMIT), memberAt(config, ...MEMORY_RESERVATION)];
  const shares = Math.round(Number(reservation) * SHARES);
  const least = bytesOf(LEAST.memory);
  return [
    ...refusedIf(
      limit !== null && Number(limit) < LEAST.cpus,
      CPU_LIMIT,
      `${scalarText(limit)} processors are too few for the engine`,
      `at least ${LEAST.cpus}`,
    ),
    ...refusedIf(
      reservation !== null && (shares < LEAST.shares || shares > MOST_SHARES),
      CPU_RESERVATION,
      `the engine cannot reserve ${scalarText(reservation)} processors`,
      `at least ${LEAST.shares / SHARES}, at most ${MOST_SHARES / SHARES}`,
    ),
    ...[MEMORY_LIMIT, MEMORY_RESERVATION].flatMap((names) => {
      const value = memberAt(config, ...names);
      const isTooLittle = value !== null && bytesOf(value) < least;
      return refusedIf(
        isTooLittle,
        names,
        `${scalarText(value)} are too little for the engine`,
        `at least ${LEAST.memory}`,
      );
    }),
    ...refusedIf(
      memory !== null && reserved !== null && bytesOf(reserved) > bytesOf(memory),
      MEMORY_RESERVATION,
      `${scalarText(reserved)} cannot be reserved of at most ${scalarText(memory)}`,
      'at most the memory_limit',
    ),
  ];
}

/** What an update sends where fields of this group changed: memory goes with its swap and its reservation, or not at all. */
export function updatedLimits(fields: ReadonlySet<string>, config: Json): UpdateContainerBody {
  return {
    ...(fields.has('cpu_limit') ? cpuLimit(config) : {}),
    ...(fields.has('cpu_reservation') ? cpuReservation(config) : {}),
    ...(fields.has('memory_limit') || fields.has('memory_reservation') ? memory(config) : {}),
  };
}

function cpuLimit(config: Json): Pick<UpdateContainerBody, 'NanoCpus'> {
  const value = memberAt(config, ...CPU_LIMIT);
  return value === null ? {} : { NanoCpus: Math.round(Number(value) * NANO) };
}

function cpuReservation(config: Json): Pick<UpdateContainerBody, 'CpuShares'> {
  const value = memberAt(config, ...CPU_RESERVATION);
  return value === null ? {} : { CpuShares: Math.round(Number(value) * SHARES) };
}

/** Memory and swap together are twice the memory, as the engine itself chooses where nothing is said. */
function memory(config: Json): Pick<UpdateContainerBody, 'Memory' | 'MemorySwap' | 'MemoryReservation'> {
  const [limit, reservation] = [memberAt(config, ...MEMORY_LIMIT), memberAt(config, ...MEMORY_RESERVATION)];
  return {
    ...(limit === null ? {} : { Memory: bytesOf(limit), MemorySwap: 2 * bytesOf(limit) }),
    ...(reservation === null ? {} : { MemoryReservation: bytesOf(reservation) }),
  };
}

/** A quota of a period, as others set it, is the same limit in another form: said as text, so that it can be told apart. */
function cpusOf({ NanoCpus = 0, CpuQuota = 0, CpuPeriod = 0 }: HostConfig): Json {
  if (NanoCpus > 0) return NanoCpus / NANO;
  return CpuQuota > 0 ? String(CpuQuota / (CpuPeriod === 0 ? 100_000 : CpuPeriod)) : null;
}

function bytesOf(value: Json): number {
  return typeof value === 'string' || typeof value === 'number' ? (parseSize(value) ?? 0) : 0;
}

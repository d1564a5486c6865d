/** Locks of a run: on each engine of an environment, on this machine and, where others reach the engine, over there too. */
import type { Actuator, Driver, DriverRegistry } from '../drivers/driver.ts';
import type { ClaimStore } from '../model/claim.ts';
import type { DesiredEnvironment, EngineDeclaration } from '../model/desired.ts';
import { parseDuration } from '../model/duration.ts';
import { TrueupError } from '../model/failure.ts';
import { acquireLocks, type HeldLocks, type LockRequest } from '../state/locks/lock.ts';
import type { LockHolder } from '../state/locks/lock-holder.ts';
import { LEASE, type Lease, leaseOf } from '../state/locks/lock-lease.ts';
import { readRecorded } from '../state/recorded.ts';
import { guardedMachines } from './machines/guarded.ts';
import type { Workspace } from './workspace.ts';

export interface ProjectLock {
  readonly environment: DesiredEnvironment;
  /** For those who wait: `trueup apply`. */
  readonly command: string;
  /** How long to wait for a lock that is held; absent: not at all. */
  readonly lockTimeoutMs?: number;
  /** Whose end on this machine is waited for however long it takes, where no time is given; absent: nobody's. */
  readonly waitsFor?: (holder: LockHolder) => boolean;
  /** Told for whom it waits, once per holder. */
  readonly onWait?: (holder: LockHolder) => void;
}

export interface HeldProject extends AsyncDisposable {
  /** Aborts with the signal of the caller, and with `lock_lost`. */
  readonly signal: AbortSignal;
  /** The failure, once the lock is lost; else `null`. */
  lost(): TrueupError | null;
  /** The same workspace, whose engines begin no step without the lock. */
  readonly workspace: Workspace;
}

/** One changing run per engine and project at a time. Throws `locked` and names the holder. */
export async function lockProject(
  workspace: Workspace,
  { environment, command, lockTimeoutMs, waitsFor, onWait }: ProjectLock,
  signal: AbortSignal,
): Promise<HeldProject> {
  await using opened = new AsyncDisposableStack();
  const { name, project } = environment;
  const needed = await neededEngines(workspace, environment);
  const requests: LockRequest[] = [];
  const unlocked = new Set<string>();
  for (const engine of Object.values(environment.engines)) {
    const driver = await workspace.drivers.load(engine.driver);
    if (driver === null) continue;
    const identity = driver.identity(engine);
    const claims = await claimsOf(driver, engine, needed.has(engine.name), signal);
    if (claims === 'away') unlocked.add(identity);
    else if (claims !== null) opened.defer(() => claims.close());
    const places = claims === null || claims === 'away' ? {} : { claims };
    requests.push({ engine: identity, project, environment: name, command, ...places });
  }
  const locks = opened.use(
    await acquireLocks(requests, {
      signal,
      lease: leaseFrom(workspace.environment),
      ...(lockTimeoutMs === undefined ? {} : { timeoutMs: lockTimeoutMs }),
      ...(waitsFor === undefined ? {} : { waitsFor }),
      ...(onWait === undefined ? {} : { onWait }),
    }),
  );
  const isRemote = requests.some(({ claims }) => claims !== undefined) || unlocked.size > 0;
  const moved = opened.move();
  return {
    signal: AbortSignal.any([signal, locks.lost]),
    lost: () => lossOf(locks),
    workspace: isRemote ? { ...workspace, drivers: underLock(workspace.drivers, locks, unlocked) } : workspace,
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

function lossOf({ lost }: HeldLocks): TrueupError | null {
  const reason: unknown = lost.reason;
  return reason instanceof TrueupError ? reason : null;
}

/** `TRUEUP_LOCK_LEASE` is for connections so slow that a sign of life takes longer than usual. */
function leaseFrom({ TRUEUP_LOCK_LEASE: text = '' }: NodeJS.ProcessEnv): Lease {
  if (text === '') return LEASE;
  const leaseMs = parseDuration(text);
  if (leaseMs !== null && leaseMs >= 300 && leaseMs <= 3_600_000) return leaseOf(leaseMs);
  throw new TrueupError('usage', `TRUEUP_LOCK_LEASE is not a duration from 300ms to 1h: "${text}"`, {
    next: 'write it as 30s or 2m, or leave it unset',
  });
}

/** Those that something is placed on, or was. Others are looked at for leftovers, and may as well be down. */
export async function neededEngines(
  { state }: Workspace,
  { name, resources }: DesiredEnvironment,
): Promise<ReadonlySet<string>> {
  const { recorded } = await readRecorded(state, name);
  const all = [...resources.values(), ...Object.values(recorded.resources)];
  return new Set(all.map(({ engine }) => engine));
}

/** `away`: it does not answer, and nothing needs it. */
async function claimsOf(
  driver: Driver,
  engine: EngineDeclaration,
  isNeeded: boolean,
  signal: AbortSignal,
): Promise<ClaimStore | 'away' | null> {
  let claims: ClaimStore | null = null;
  try {
    claims = (await driver.claims?.(engine, 'change')) ?? null;
    if (!isNeeded) await claims?.list(signal);
    return claims;
  } catch (error) {
    await claims?.close();
    signal.throwIfAborted();
    const isAway = error instanceof TrueupError && error.code === 'engine_unreachable' && !isNeeded;
    if (isAway) return 'away';
    throw error;
  }
}

/** Drivers whose actuators begin nothing once the lock is lost, nor on an engine that could not be locked. */
function underLock(drivers: DriverRegistry, locks: HeldLocks, unlocked: ReadonlySet<string>): DriverRegistry {
  return {
    names: drivers.names,
    async load(name) {
      const driver = await drivers.load(name);
      if (driver === null) return null;
      return {
        ...driver,
        async actuator(engine) {
          if (unlocked.has(driver.identity(engine))) throw cameBack(engine);
          return guarded(await driver.actuator(engine), locks);
        },
      };
    },
  };
}

function guarded(actuator: Actuator, locks: HeldLocks): Actuator {
  const { machines } = actuator;
  const readVolume = actuator.readVolume?.bind(actuator);
  const writeVolume = actuator.writeVolume?.bind(actuator);
  return {
    async run(step, context) {
      locks.confirm();
      return actuator.run(step, context);
    },
    async exec(object, config, command, options) {
      // Hooks are run by it.
      locks.confirm();
      return actuator.exec(object, config, command, options);
    },
    connect: (object, target, signal, config) => actuator.connect(object, target, signal, config),
    close: () => actuator.close(),
    ...(machines === undefined ? {} : { machines: guardedMachines(machines, locks) }),
    ...(readVolume === undefined
      ? {}
      : {
          // Engines may make something of their own to read through.
          async *readVolume(volume, context) {
            locks.confirm();
            yield* readVolume(volume, context);
          },
        }),
    ...(writeVolume === undefined
      ? {}
      : {
          async writeVolume(volume, archive, context) {
            locks.confirm();
            return writeVolume(volume, archive, context);
          },
        }),
  };
}

function cameBack({ name }: EngineDeclaration): TrueupError {
  const message = `the engine ${name} did not answer when the lock was taken, so nothing is changed on it`;
  return new TrueupError('engine_unreachable', message, { retryable: true, next: 'run the command again' });
}

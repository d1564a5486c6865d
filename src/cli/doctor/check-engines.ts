/** Which engines answer: those that the environments here use, and whatever else this machine and this version have. */
import type { Driver, DriverRegistry } from '../../drivers/driver.ts';
import type { Scope } from '../../drivers/scope.ts';
import type { EngineSight } from '../../drivers/engine-sight.ts';
import type { DesiredEnvironment, EngineDeclaration } from '../../model/desired.ts';
import { failureOf } from '../../model/failure.ts';
import { compareText, scalarText } from '../../model/json.ts';
import { UNRESOLVED_SECRET } from '../../model/secret.ts';
import type { DoctorCheck } from '../../report/doctor.ts';
import { wrong } from './checks.ts';

/** Nothing is to be looked at; only whether there is somebody who looks. */
const NOTHING: Scope = { owners: [], project: '', environment: '', names: {}, only: [] };

interface Wanted {
  readonly engine: EngineDeclaration;
  /** Names of environments that place something on it. */
  readonly usedBy: readonly string[];
}

export async function checkEngines(
  drivers: DriverRegistry,
  environments: readonly DesiredEnvironment[],
  signal: AbortSignal,
): Promise<readonly DoctorCheck[]> {
  const wanted = Map.groupBy(wantedEngines(drivers, environments), ({ engine }) => engine.driver);
  const checks = await Promise.all(
    [...wanted].map(async ([name, engines]) => {
      const driver = await drivers.load(name);
      return driver === null
        ? engines.map(({ engine, usedBy }) => noDriver(engine, usedBy, drivers))
        : checksOf(driver, engines, signal);
    }),
  );
  return checks.flat();
}

/** Those that are used, and the default one of every driver. */
function wantedEngines(drivers: DriverRegistry, environments: readonly DesiredEnvironment[]): readonly Wanted[] {
  const byKey = new Map<string, Wanted>();
  for (const environment of environments) {
    const placed = new Set([...environment.resources.values()].map(({ engine }) => engine));
    for (const engine of Object.values(environment.engines)) {
      if (!placed.has(engine.name)) continue;
      const key = JSON.stringify(engine);
      byKey.set(key, { engine, usedBy: [...(byKey.get(key)?.usedBy ?? []), environment.name] });
    }
  }
  const used = [...byKey.values()];
  const unused = drivers.names
    .filter((driver) => !used.some(({ engine }) => engine.driver === driver))
    .map((driver) => ({ engine: { name: driver, driver, settings: {} }, usedBy: [] }));
  return [...used, ...unused].sort((left, right) => compareText(left.engine.name, right.engine.name));
}

function noDriver(
  { name, driver }: EngineDeclaration,
  usedBy: readonly string[],
  drivers: DriverRegistry,
): DoctorCheck {
  const summary = `this version of trueup has no driver "${driver}"${usersText(usedBy)}`;
  return wrong(`engine ${name}`, summary, `it has: ${drivers.names.join(', ')}`);
}

async function checksOf(
  driver: Driver,
  wanted: readonly Wanted[],
  signal: AbortSignal,
): Promise<readonly DoctorCheck[]> {
  const engines = wanted.map(({ engine }) => engine);
  const sights = await (driver.survey?.(engines, signal) ??
    Promise.all(engines.map(async (engine) => observedSight(driver, engine, signal))));
  return sights.map((sight, index) => checkOf(sight, wanted[index]?.usedBy ?? null));
}

/** `usedBy` is `null` for an engine that nobody declared. */
function checkOf(sight: EngineSight, usedBy: readonly string[] | null): DoctorCheck {
  const { engine, place, description, facts, error, next, limits } = sight;
  const name = usedBy === null ? engine.name : `engine ${engine.name}`;
  const at = place === '' ? '' : ` at ${place}`;
  const users = usersText(usedBy ?? []);
  if (error !== null) {
    const status = users === '' ? 'info' : 'error';
    return { name, status, summary: `does not answer: ${error}${users === '' ? ', not used here' : users}`, next };
  }
  if (description === null) return { name, status: 'info', summary: `not asked, because it is elsewhere${at}`, next };
  const notes = [...limits, ...(usedBy === null ? [`to use it: ${declarationText(engine)}`] : [])];
  return { name, status: 'ok', summary: `${description}${at}${users}`, next: null, notes, facts };
}

function usersText(usedBy: readonly string[]): string {
  return usedBy.length === 0 ? '' : `, used by ${usedBy.join(', ')}`;
}

function declarationText({ driver, settings }: EngineDeclaration): string {
  const entries = Object.entries(settings).map(([key, value]) => `${key}: ${JSON.stringify(scalarText(value))}`);
  return `\`engines: { ${driver}: { ${[`driver: ${driver}`, ...entries].join(', ')} } }\``;
}

/** For a driver that has nothing to tell beyond what an observation says. */
async function observedSight(driver: Driver, engine: EngineDeclaration, signal: AbortSignal): Promise<EngineSight> {
  const sight = { engine, place: '', description: null, facts: null, error: null, next: null, limits: [] };
  try {
    const observer = await driver.observer(engine, { seal: () => UNRESOLVED_SECRET });
    try {
      const observation = await observer.observe(NOTHING, signal);
      if (observation.status === 'absent') return { ...sight, description: `comes with ${observation.provided_by}` };
      if (observation.status === 'unreachable') {
        return { ...sight, error: observation.error, next: 'install or start it' };
      }
      const { facts } = observation;
      return { ...sight, facts, description: facts === null ? null : `${facts.kind} ${facts.version}` };
    } finally {
      await observer.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    const { message, next } = failureOf(error);
    return { ...sight, error: message, next };
  }
}

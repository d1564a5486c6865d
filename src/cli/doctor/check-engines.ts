/** Which engines answer: those that the environments here use, and whatever else this version has a driver for. */
import type { DriverRegistry, Scope } from '../../drivers/driver.ts';
import type { DesiredEnvironment, EngineDeclaration } from '../../model/desired.ts';
import { compareText } from '../../model/json.ts';
import { UNRESOLVED_SECRET } from '../../model/secret.ts';
import type { CheckStatus, DoctorCheck } from '../../report/doctor.ts';
import { ok, wrong } from './checks.ts';

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
  return Promise.all(wantedEngines(drivers, environments).map((wanted) => checkEngine(drivers, wanted, signal)));
}

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

async function checkEngine(
  drivers: DriverRegistry,
  { engine, usedBy }: Wanted,
  signal: AbortSignal,
): Promise<DoctorCheck> {
  const name = `engine ${engine.name}`;
  const users = usedBy.length === 0 ? '' : `, used by ${usedBy.join(', ')}`;
  const driver = await drivers.load(engine.driver);
  if (driver === null) {
    return wrong(
      name,
      `this version of trueup has no driver "${engine.driver}"${users}`,
      `it has: ${drivers.names.join(', ')}`,
    );
  }
  const observer = await driver.observer(engine, { seal: () => UNRESOLVED_SECRET });
  try {
    const observation = await observer.observe(NOTHING, signal);
    if (observation.status === 'known')
      return ok(name, `${observation.facts.kind} ${observation.facts.version}${users}`);
    if (observation.status === 'absent') return ok(name, `comes with ${observation.provided_by}${users}`);
    const status: CheckStatus = usedBy.length > 0 ? 'error' : 'warning';
    return { name, status, summary: `does not answer: ${observation.error}${users}`, next: 'install or start it' };
  } finally {
    await observer.close();
  }
}

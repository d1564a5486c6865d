/** Engines that run what they run on another engine, which they name: where that one is, they are. */
import type { EngineDeclaration } from '../../model/desired.ts';
import type { JsonObject } from '../../model/json.ts';
import { nearest } from '../../model/nearest.ts';
import type { Reporter } from '../reporter.ts';

type Engines = Readonly<Record<string, EngineDeclaration>>;

/** What says where an engine is. */
const PLACE = ['host', 'context'] as const;

export function withPlaces(engines: Engines, reporter: Reporter): Engines {
  return Object.fromEntries(
    Object.entries(engines).map(([name, engine]) => [
      name,
      { ...engine, settings: { ...engine.settings, ...placeOf(engine, engines, reporter) } },
    ]),
  );
}

function placeOf({ name, settings }: EngineDeclaration, engines: Engines, reporter: Reporter): JsonObject {
  const { engine: named } = settings;
  if (typeof named !== 'string') return {};
  const path = ['engines', name, 'engine'];
  for (const setting of PLACE) {
    if (settings[setting] === undefined) continue;
    const summary = `engines.${name} has both "engine" and "${setting}"`;
    reporter.errorAt('key', 'invalid_value', ['engines', name, setting], summary, 'leave one of them out');
    return {};
  }
  const found = Object.hasOwn(engines, named) ? engines[named] : undefined;
  if (found === undefined || named === name) {
    const others = Object.keys(engines).filter((other) => other !== name);
    const suggestion = nearest(named, others);
    const detail = suggestion === null ? `declared: ${others.join(', ')}` : `did you mean "${suggestion}"?`;
    reporter.error('unknown_reference', path, `no other engine "${named}" is declared`, detail);
    return {};
  }
  if (found.settings['vm'] !== undefined) {
    const summary = `engines.${named} is in a VM, where nothing else can be run on it from here`;
    reporter.error('not_supported', path, summary, 'name an engine that is reached by itself');
    return {};
  }
  return Object.fromEntries(
    PLACE.flatMap((setting) => {
      const value = found.settings[setting];
      return value === undefined ? [] : [[setting, value]];
    }),
  );
}

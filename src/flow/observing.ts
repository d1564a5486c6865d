/** Observe: a look at the engines of an environment, with what is known of it here, as one value to plan from elsewhere. */
import type { DesiredEnvironment } from '../model/desired.ts';
import type { TrueupError } from '../model/failure.ts';
import { OBSERVATION_FORMAT_VERSION, type SavedObservation } from '../model/observation.ts';
import type { Observation, Recorded, RecordedResource } from '../model/observed.ts';
import { readJournal } from '../state/journal.ts';
import { readRecorded } from '../state/recorded.ts';
import { activeFreezes } from './freezing.ts';
import { assertCarriedOut, modelsOf, withStopped } from './load.ts';
import { observeEnvironment } from './observe.ts';
import type { Workspace } from './workspace.ts';

export interface TakenObservation {
  readonly observation: SavedObservation;
  /** Recorded state or a journal that could not be read: causes, or restarts that are owed, are unknown then. */
  readonly problems: readonly TrueupError[];
}

/** Looks, and changes nothing. `now` is ISO 8601. */
export async function takeObservation(
  { repository, drivers, owners, state, vault }: Workspace,
  declared: DesiredEnvironment,
  now: string,
  signal: AbortSignal,
): Promise<TakenObservation> {
  const { recorded, problem } = await readRecorded(state, declared.name);
  const earlier = await readJournal(state, declared.name);
  const models = await modelsOf(declared, drivers);
  assertCarriedOut(declared, models);
  const environment = withStopped(declared, recorded);
  await using looked = await observeEnvironment(
    { environment, recorded, owners, drivers, models, sealer: vault },
    signal,
  );
  const engines = [...looked.observations].map(([name, observation]) => ({
    driver: declared.engines[name]?.driver ?? name,
    observation: named(observation, name),
  }));
  const { resources, stopped, suspended } = recorded;
  return {
    observation: {
      format_version: OBSERVATION_FORMAT_VERSION,
      kind: 'observation',
      environment: declared.name,
      project: declared.project,
      observed_at: now,
      root: repository.root,
      owners,
      engines,
      recorded: { resources: withoutInputs(resources), stopped, ...(suspended === undefined ? {} : { suspended }) },
      owed_restarts: earlier.reading.owed.map(({ address }) => address),
      frozen: await activeFreezes(state, declared.name, now),
    },
    problems: [problem, earlier.problem].filter((found) => found !== null),
  };
}

/** Drivers know an engine by what they connected to; plans know it by the name that it is declared under. */
function named(observation: Observation, engine: string): Observation {
  return { ...observation, engine };
}

/** How inputs were declared is noted under this user's key, which nobody has who plans elsewhere. */
function withoutInputs(resources: Recorded['resources']): Recorded['resources'] {
  return Object.fromEntries(
    Object.entries(resources).map(([address, resource]): [string, RecordedResource] => {
      const { inputs: _inputs, ...rest } = resource;
      return [address, rest];
    }),
  );
}

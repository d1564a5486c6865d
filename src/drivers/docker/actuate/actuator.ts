/** The changing face of the docker driver: carries out steps, and reaches into containers for probes and people. */
import type { Actuator } from '../../driver.ts';
import type { EngineWriter } from '../api/engine-api.ts';
import type { Endpoint } from '../connection/endpoint.ts';
import type { ContentNotes } from '../content-notes.ts';
import { connectTo } from '../reach/connect.ts';
import { execIn } from '../reach/exec.ts';
import type { KnownPlaces } from '../reach/known-places.ts';
import { claimingApi } from './claiming-api.ts';
import { StepRunner } from './run-step.ts';
import { readVolume, writeVolume } from './volume-data.ts';

export interface DockerActuatorParts {
  readonly notes: ContentNotes;
  /** As known when it is asked; `null` while nobody listens to the engine. */
  readonly places: () => KnownPlaces | null;
}

export function dockerActuator(
  api: EngineWriter,
  endpoint: Endpoint,
  { notes, places }: DockerActuatorParts,
): Actuator {
  const runner = new StepRunner(api, notes);
  return {
    run: (step, context) => runner.run(step, context),
    exec: (object, _config, command, options) => execIn(api, object, command, options),
    connect: (object, target, signal) => connectTo({ reader: api, endpoint, places: places() }, object, target, signal),
    readVolume: (name, context) => readVolume(claimingApi(api, context), name, context),
    writeVolume: (name, archive, context) => writeVolume(claimingApi(api, context), name, archive, context),
    close: () => api.close(),
  };
}

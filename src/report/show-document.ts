/** The public JSON of show (schemas/show.json): an environment as it was resolved, each default filled in, secrets hidden. */
import type { Dependency, DesiredEnvironment, DesiredResource, EngineDeclaration } from '../model/desired.ts';
import { ROOT_PATH } from '../model/field-path.ts';
import { compareText, type JsonObject } from '../model/json.ts';
import { revisionJson, sourceJson } from './json-parts.ts';
import { hideSecretsIn } from './secret-marks.ts';

const SHOW_FORMAT_VERSION = '1.0';

export function showDocument(environment: DesiredEnvironment): JsonObject {
  const resources = [...environment.resources.values()].sort((left, right) => compareText(left.address, right.address));
  const { drift, on_failure, rollback, prune } = environment.policies;
  return {
    format_version: SHOW_FORMAT_VERSION,
    environment: environment.name,
    type: environment.type,
    project: environment.project,
    folder: environment.folder,
    revision: revisionJson(environment.revision),
    files: environment.files,
    engines: Object.values(environment.engines).map(engineJson),
    policies: { drift, on_failure, rollback, prune },
    resources: resources.map((resource) => resourceJson(resource, environment)),
    moved: environment.moved.map(({ from, to }) => ({ from, to })),
    ignore_differences: environment.ignore_differences.map(({ address, field_path, reason, until }) => {
      return { address, field_path, reason, until };
    }),
  };
}

function engineJson({ name, driver, settings }: EngineDeclaration): JsonObject {
  return { name, driver, settings: hideSecretsIn(settings) };
}

function resourceJson(resource: DesiredResource, environment: DesiredEnvironment): JsonObject {
  return {
    address: resource.address,
    type: resource.type,
    name: resource.name,
    engine: resource.engine,
    external: resource.external,
    protect: resource.protect,
    deletion_policy: resource.deletion_policy,
    on_failure: resource.on_failure,
    drift: resource.drift,
    config: hideSecretsIn(resource.config),
    dependencies: resource.dependencies.map(dependencyJson),
    uses: resource.uses,
    source: sourceJson(environment.locate(resource.address, ROOT_PATH)),
  };
}

function dependencyJson({ address, condition, restart, criticality }: Dependency): JsonObject {
  return { address, condition, restart, criticality };
}

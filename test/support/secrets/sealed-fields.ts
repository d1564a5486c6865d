/** The fields of a manifest in which a secret may stand, as the schema's walk names them. */
export const SEALED_FIELDS: readonly string[] = [
  'environment_variables.0',
  'environment_variables.KEY',
  'services.web.container.command.0',
  'services.web.container.entrypoint.0',
  'services.web.environment_variables.0',
  'services.web.environment_variables.KEY',
  'services.web.health_check.test',
  'services.web.post_start.0.command.0',
  'services.web.post_start.0.environment.0',
  'services.web.post_start.0.environment.KEY',
  'services.web.pre_stop.0.command.0',
  'services.web.pre_stop.0.environment.0',
  'services.web.pre_stop.0.environment.KEY',
  'services.web.process.command.0',
];

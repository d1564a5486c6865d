/**
 * The one registry of codes. docs/errors.md documents each of them, and a test holds the two together.
 * `diagnostic` codes name problems in manifests and settings; `failure` codes name what went wrong while running.
 */

export const DIAGNOSTIC_CODES = {
  invalid_yaml: 'The file is not valid YAML',
  invalid_value: 'A value does not fit the schema',
  unknown_key: 'A key that the schema does not have',
  missing_key: 'A required key is missing',
  duplicate_key: 'The same key is declared twice',
  unknown_reference: 'A name that nothing declares',
  dependency_cycle: 'Resources depend on each other in a circle',
  port_conflict: 'Two services publish the same host port',
  unset_variable: 'A variable without a value or a default',
  invalid_interpolation: 'An interpolation that cannot be read',
  invalid_secret: 'A secret that cannot be resolved, or stands where none may stand',
  invalid_health_check: 'A health check that breaks a rule',
  invalid_path: 'A path that is not as its place requires, or that does not exist',
  unpinned_image: 'An image with neither tag nor digest',
  missing_image: 'An image that is needed, is not there and must not be pulled',
  invalid_name: 'A name that is not allowed',
  invalid_reference: 'An extends, moved or engine reference that does not fit',
  engine_conflict: 'A resource is used from two engines, or a project from two environments',
  not_supported: 'A setting that this version, or this engine, does not carry out',
  invalid_settings: 'trueup.yaml is not as its schema requires',
  removals_exceed_limit: 'The plan removes more than it may without being told',
  expired_rule: 'An ignore rule whose date has passed',
} as const;

export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;

export const FAILURE_CODES = {
  usage: 'The command line is wrong',
  invalid_manifests: 'The manifests have errors',
  not_a_git_repository: 'trueup runs inside a git repository',
  git_missing: 'The git program is not installed',
  git_failed: 'A git command failed',
  no_environments: 'No environment is declared here',
  environment_not_found: 'No environment has this name',
  address_not_found: 'No resource has this address',
  ambiguous_address: 'More than one resource is meant',
  locked: 'Another run is changing the same project',
  stale_plan: 'A resource of the saved plan has changed since',
  invalid_plan_file: 'The saved plan cannot be read',
  file_unreadable: 'A file of the repo exists and cannot be read',
  plan_unwritable: 'The saved plan cannot be written',
  state_unwritable: 'The state folder cannot be written',
  state_unreadable: 'A state file cannot be read',
  state_too_new: 'A state file was written by a newer trueup',
  engine_unreachable: 'An engine does not answer',
  step_failed: 'An engine call failed',
  image_not_found: 'No registry shows the image',
  registry_denied: 'A registry wants a login, or refuses it',
  registry_unavailable: 'A registry cannot be reached, or fails',
  command_not_found: 'The command of a service does not exist',
  port_in_use: 'A host port is held by another process',
  name_in_use: 'The name is taken by an object that is not ours',
  object_missing: 'The object is gone',
  object_in_use: 'Another object still uses it',
  address_unavailable: 'A network address or range is taken, or none is free',
  stop_timeout: 'A process outlived every signal',
  gate_exited: 'The resource stopped before its gate opened',
  gate_unhealthy: 'The health check kept failing',
  gate_timeout: 'The gate did not open in time',
  secret_unavailable: 'A secret cannot be read',
  interrupted: 'The run was interrupted',
  report_unwritable: 'A report cannot be written',
  confirmation_required: 'The command needs a yes, and nobody is there to give it',
  not_running: 'The resource is not running',
  internal: 'A defect in trueup itself',
} as const;

export type FailureCode = keyof typeof FAILURE_CODES;

/** Lifecycle hooks as a resolved configuration holds them: commands that are run in a service, at least once each time. */
import { isJsonArray, isJsonObject, type Json, type JsonObject, member } from './json.ts';

export const HOOK_EVENTS = ['post_start', 'pre_stop'] as const;

/** After each start, and before each stop of what runs. */
export type HookEvent = (typeof HOOK_EVENTS)[number];

/** One command, its words and variables each a text or a secret; `null` means as the service's own command has it. */
export interface Hook {
  readonly command: readonly Json[];
  readonly user: string | null;
  readonly privileged: boolean;
  readonly workingDirectory: string | null;
  readonly environment: JsonObject;
}

/** The hooks that a configuration declares for an event; `null` where it says nothing about them, which is not none. */
export function declaredHooks(config: Json | undefined, event: HookEvent): readonly JsonObject[] | null {
  const hooks = member(config, event);
  return isJsonArray(hooks) ? hooks.filter(isJsonObject) : null;
}

/** A declared hook, read. */
export function hookOf(declared: JsonObject): Hook {
  const [command, user, directory] = ['command', 'user', 'working_dir'].map((name) => member(declared, name));
  const environment = member(declared, 'environment');
  return {
    command: isJsonArray(command) ? command : [],
    user: typeof user === 'string' ? user : null,
    privileged: member(declared, 'privileged') === true,
    workingDirectory: typeof directory === 'string' ? directory : null,
    environment: isJsonObject(environment) ? environment : {},
  };
}

export function isHookEvent(text: string): text is HookEvent {
  return HOOK_EVENTS.some((event) => event === text);
}

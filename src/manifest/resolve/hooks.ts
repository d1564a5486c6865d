/** Lifecycle hooks: the commands that are run in a service once it was started, and before it is stopped. */
import type { Hooks } from '../../model/generated/environment.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import { defaultsOf } from '../schema.ts';
import { resolveCommand } from './command.ts';
import type { Scope } from './scope.ts';
import { resolveTexts } from './texts.ts';

const HOOK_DEFAULTS = defaultsOf('hook');

/** In their order; what is not set is the service's own. */
export function resolveHooks(hooks: Hooks | undefined, path: ManifestPath, scope: Scope): readonly JsonObject[] {
  return (hooks ?? []).map((hook, index) => {
    const commandPath = [...path, String(index), 'command'];
    const command = resolveCommand(hook.command, commandPath, scope) ?? [];
    if (Array.isArray(hook.command) && (command[0] ?? '') === '') {
      scope.reporter.error('invalid_value', commandPath, 'the command has no program');
    }
    return {
      command,
      user: hook.user === undefined ? null : String(hook.user),
      privileged: hook.privileged ?? HOOK_DEFAULTS['privileged'] ?? null,
      working_dir: hook.working_dir ?? null,
      environment: resolveTexts(hook.environment, scope),
    };
  });
}

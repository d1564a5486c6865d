/** Runs the hooks of a step, one after the other, in the service that it is about. */
import type { Actuator } from '../drivers/driver.ts';
import type { ObjectReference } from '../drivers/scope.ts';
import { TrueupError } from '../model/failure.ts';
import { hookOf, type HookEvent } from '../model/hooks.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, member, scalarText } from '../model/json.ts';
import type { Step } from '../model/plan.ts';
import { isSecret, type Vault } from '../model/secret.ts';
import { pause } from '../state/pause.ts';

export interface HookRun {
  readonly actuator: Actuator;
  /** The configuration of the service, whose environment applies. */
  readonly config: JsonObject;
  readonly vault: Vault;
  readonly signal: AbortSignal;
  /** Whether the service still runs. */
  isRunning(object: ObjectReference): Promise<boolean>;
  progress(message: string): void;
}

/** What is kept of a hook's output for the failure. */
const MAX_OUTPUT = 4096;
const LINES_TOLD = 5;

/** Rejects with `hook_failed` for the first that fails. What has exited meanwhile needs no hook, and that is no failure. */
export async function runHooks(step: Step, event: HookEvent, run: HookRun): Promise<JsonObject> {
  const object: ObjectReference = { type: 'service', name: scalarText(step.args['name'] ?? step.name) };
  const declared = member(step.args, 'hooks');
  const hooks = (isJsonArray(declared) ? declared.filter(isJsonObject) : []).map(hookOf);
  for (const [index, hook] of hooks.entries()) {
    const { vault, signal, config } = run;
    const command = hook.command.map((word) => plainText(word, vault));
    run.progress(`${event.replace('_', '-')} hook ${index + 1} of ${hooks.length}`);
    const variables = Object.entries(hook.environment).map(([name, value]) => [name, plainText(value, vault)]);
    const options = {
      signal,
      vault,
      environment: Object.fromEntries(variables) as Readonly<Record<string, string>>,
      ...(hook.user === null ? {} : { user: hook.user }),
      ...(hook.workingDirectory === null ? {} : { workingDirectory: hook.workingDirectory }),
      ...(hook.privileged ? { privileged: true } : {}),
    };
    try {
      const result = await run.actuator.exec(object, config, command, options);
      if (result.exit_code === 0) continue;
      if (!(await goesOn(run, object))) return { ran: index, exited: true };
      // Masked before it is cut: half a secret is no longer recognised.
      throw failedHook(step, event, vault.mask(command.join(' ')), {
        exit_code: result.exit_code,
        output: vault.mask(result.output).slice(-MAX_OUTPUT),
      });
    } catch (error) {
      if (error instanceof TrueupError && error.code === 'not_running') return { ran: index, exited: true };
      throw error;
    }
  }
  return { ran: hooks.length };
}

const LOOKS = 3;
const LOOK_PAUSE_MS = 200;

/** A hook ends with its container, and an engine may say of the container a moment later that it has ended. */
async function goesOn({ isRunning, signal }: HookRun, object: ObjectReference): Promise<boolean> {
  for (let look = 1; look <= LOOKS; look += 1) {
    if (!(await isRunning(object))) return false;
    if (look < LOOKS) await pause(LOOK_PAUSE_MS, signal);
  }
  return true;
}

interface Ended {
  readonly exit_code: number;
  readonly output: string;
}

function failedHook({ address }: Step, event: HookEvent, command: string, ended: Ended): TrueupError {
  const lines = ended.output.trimEnd().split('\n').slice(-LINES_TOLD);
  const said = ended.output.trim() === '' ? '' : `:\n${lines.join('\n')}`;
  const message = `the ${event} hook \`${command}\` of ${address} ended with exit code ${ended.exit_code}${said}`;
  const next =
    event === 'post_start'
      ? 'mend the hook, or what it needs, and apply again: the service is restarted for it, and the hook run again'
      : 'the stop went on without it: look at what it has left undone';
  return new TrueupError('hook_failed', message, { fields: { address, hook: event, command, ...ended }, next });
}

function plainText(value: Json, vault: Vault): string {
  return isSecret(value) ? vault.reveal(value) : scalarText(value);
}

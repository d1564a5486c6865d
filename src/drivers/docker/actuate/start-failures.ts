/** Why a container could not be started: told apart by the engine's words, with who is in the way and what to do. */
import type { FailureCode } from '../../../model/codes.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { ContainerInspect } from '../api/wire.ts';
import { addressFailure } from './address-failure.ts';
import { nameOf } from './containers.ts';
import { portFailure } from './port-failure.ts';
import { statusOf, wordsOf } from './refusals.ts';
import type { VerbContext } from './verb.ts';

interface Reason {
  readonly pattern: RegExp;
  readonly code: FailureCode;
  readonly next: string;
}

const REASONS: readonly Reason[] = [
  {
    pattern:
      /executable file not found|exec: ".*": stat .*: no such file or directory|no such file or directory: unknown$/,
    code: 'command_not_found',
    next: 'check container.command and container.entrypoint against what the image has',
  },
  {
    pattern: /exec: ".*": permission denied/,
    code: 'command_not_found',
    next: 'the file is there and must not be executed; check container.command and the mode of the file',
  },
  {
    pattern: /unable to find (user|group)|no matching entries in (passwd|group) file/,
    code: 'step_failed',
    next: 'name a user of the image in container.user, or give its number',
  },
  {
    pattern: /bind source path does not exist/,
    code: 'step_failed',
    next: 'make the file or folder, or take the mount out',
  },
  {
    pattern: /mount a directory onto a file/,
    code: 'step_failed',
    next: 'mount a file where the image has a file, and a folder where it has a folder',
  },
  {
    pattern: /network \S+ not found/,
    code: 'object_missing',
    next: 'a network was removed meanwhile; apply again',
  },
  {
    // An engine that was killed while it started the container has left the beginnings behind.
    pattern: /task \S+ already exists|container with id exists/,
    code: 'step_failed',
    next: 'the engine once died in the middle of a start of it: apply again, which makes the container anew',
  },
  {
    pattern: /does not belong to any of this network's subnets|no configured subnet/,
    code: 'step_failed',
    next: 'take an address from the subnet of the network',
  },
  { pattern: /no space left on device/, code: 'step_failed', next: 'make room on the disk of the engine' },
];

/** The failure of a start, explained. The container stays as it was made. */
export async function explainedStart(error: unknown, found: ContainerInspect, verb: VerbContext): Promise<unknown> {
  if (!(error instanceof TrueupError) || statusOf(error) === null) return error;
  const words = wordsOf(error);
  const taken = (await portFailure(error, found, verb)) ?? (await addressFailure(error, found, verb));
  if (taken !== null) return taken;
  const reason = REASONS.find(({ pattern }) => pattern.test(words));
  const fields: JsonObject = { ...error.fields, name: nameOf(found) };
  const message = words.replace(found.Id, nameOf(found));
  return new TrueupError(reason?.code ?? error.code, message, {
    cause: error,
    retryable: error.retryable,
    fields,
    next: reason?.next.replace('ADDRESS', verb.step.address) ?? error.next ?? 'look at the cause, and apply again',
  });
}

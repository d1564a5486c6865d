/**
 * Programs that can be run inside simulated services: `print TEXT…`, `exit N`, `env NAME`, `fill N` (so many bytes),
 * `hang`, and the service's own health test, which counts as a probe. Whatever else is not found.
 */
import { durationMs } from '../../../src/model/duration.ts';
import type { ExecResult } from '../../../src/drivers/reach.ts';
import { type JsonObject, type Json, memberAt } from '../../../src/model/json.ts';
import { isSecret, type Vault } from '../../../src/model/secret.ts';

export interface ProgramContext {
  readonly config: JsonObject;
  readonly vault: Vault;
  readonly signal: AbortSignal;
  probe(): boolean;
}

export async function runProgram(command: readonly string[], context: ProgramContext): Promise<ExecResult> {
  const [program = '', ...words] = command;
  if (isHealthTest(command, context)) {
    return context.probe() ? { exit_code: 0, output: 'healthy\n' } : { exit_code: 1, output: 'not healthy yet\n' };
  }
  switch (program) {
    case 'print':
      return { exit_code: 0, output: `${words.join(' ')}\n` };
    case 'exit':
      return { exit_code: Number(words[0] ?? 0), output: '' };
    case 'env':
      return { exit_code: 0, output: `${variable(context, words[0] ?? '')}\n` };
    case 'fill':
      return { exit_code: 0, output: `${'x'.repeat(Math.max(0, durationMs(words[0], 0) - 1))}!` };
    case 'hang':
      return hang(context.signal);
    default:
      return { exit_code: 127, output: `${program}: not found\n` };
  }
}

function isHealthTest(command: readonly string[], { config, vault }: ProgramContext): boolean {
  const test = memberAt(config, 'health_check', 'test');
  if (!Array.isArray(test)) return false;
  const [kind, ...words] = test.map((word: Json) => textOf(word, vault));
  const expected = kind === 'CMD-SHELL' ? ['/bin/sh', '-c', words.join(' ')] : words;
  return kind !== 'NONE' && expected.length === command.length && expected.every((word, at) => word === command[at]);
}

function variable({ config, vault }: ProgramContext, name: string): string {
  return textOf(memberAt(config, 'environment_variables', name), vault);
}

function textOf(value: Json, vault: Vault): string {
  if (isSecret(value)) return vault.reveal(value);
  return typeof value === 'string' ? value : '';
}

function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

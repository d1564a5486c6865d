/** What an observer may ask of limactl: nothing in this list changes anything. */
import { TrueupError } from '../../../model/failure.ts';
import type { Command } from './command.ts';

const READING: readonly Command[] = [
  ['--version'],
  ['list'],
  ['disk', 'list'],
  ['info'],
  ['snapshot', 'list'],
  ['template', 'validate'],
  ['watch'],
];

/** A sign of life: somebody can log in. */
const LOGIN = 'true';

export function assertReading(command: Command): void {
  const isAllowed = READING.some((words) => words.every((word, index) => command[index] === word));
  if (isAllowed || isLogin(command)) return;
  throw new TrueupError('internal', `an observer must not run: limactl ${command.slice(0, 2).join(' ')}`);
}

/** What observers run in a guest. */
export function loginCommand(vm: string): Command {
  return ['shell', '--workdir', '/', vm, LOGIN];
}

function isLogin(command: Command): boolean {
  return command[0] === 'shell' && command.length === 5 && command[1] === '--workdir' && command[4] === LOGIN;
}

/** Scripts of `action/`, run as a step of a job runs them. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** The tree that comes with the action. */
export const ACTION_ROOT: string = join(import.meta.dirname, '..', '..');

export interface ScriptResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ScriptOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs a program to its end; a status that says something is a result. */
export function runProgram(
  program: string,
  words: readonly string[],
  { cwd, env }: ScriptOptions,
): Promise<ScriptResult> {
  return new Promise((resolve) => {
    execFile(program, words, { cwd, env }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

export function runScript(name: string, words: readonly string[], options: ScriptOptions): Promise<ScriptResult> {
  return runProgram(join(ACTION_ROOT, 'action', name), words, options);
}

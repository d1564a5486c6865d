/** Finds the program of a command before anything is started, so that a missing one is said and not logged. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { TrueupError } from '../../model/failure.ts';

export interface ProgramQuery {
  /** The service, for the message. */
  readonly name: string;
  readonly program: string;
  readonly cwd: string;
  /** PATH of the service. */
  readonly path: string;
}

/** The absolute path of the program, as a shell in this folder would find it. */
export async function findProgram({ name, program, cwd, path }: ProgramQuery): Promise<string> {
  if (!(await isFolder(cwd))) {
    throw new TrueupError('step_failed', `the working directory of ${name} does not exist: ${cwd}`, {
      fields: { name, cwd },
      next: 'create the folder, or set process.cwd to one that exists',
    });
  }
  const candidates = program.includes('/')
    ? [resolve(cwd, program)]
    : path.split(':').map((folder) => resolve(cwd, folder, program));
  for (const candidate of program === '' ? [] : candidates) if (await isProgram(candidate)) return candidate;
  const where = program.includes('/') ? `in ${cwd}` : `on PATH ${path}`;
  throw new TrueupError('command_not_found', `the command of ${name} does not exist: "${program}" ${where}`, {
    fields: { name, command: program, cwd, path },
    next: 'install the program, or correct process.command',
  });
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

async function isProgram(path: string): Promise<boolean> {
  if (!((await stat(path).catch(() => null))?.isFile() ?? false)) return false;
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

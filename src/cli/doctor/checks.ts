/** What trueup needs of this machine and this folder, looked at without changing anything that somebody would notice. */
import { execFile } from 'node:child_process';
import { access, constants, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { failureOf } from '../../model/failure.ts';
import { isJsonObject, memberAt } from '../../model/json.ts';
import type { DoctorCheck } from '../../report/doctor.ts';
import { lockFolder } from '../../state/locks/lock-folder.ts';
import { packagePath } from '../package-files.ts';

const run = promisify(execFile);

export async function checkNode(): Promise<DoctorCheck> {
  const manifest: unknown = JSON.parse(await readFile(packagePath('package.json'), 'utf8'));
  const range = isJsonObject(manifest) ? memberAt(manifest, 'engines', 'node') : null;
  const oldest = typeof range === 'string' ? Number(/\d+/.exec(range)?.[0]) : 0;
  const found = `Node.js ${process.versions.node}`;
  if (Number.parseInt(process.versions.node, 10) >= oldest) return ok('node', found);
  return wrong('node', `${found} is too old`, `install Node.js ${oldest} or newer`);
}

export async function checkGit(signal: AbortSignal): Promise<DoctorCheck> {
  try {
    const { stdout } = await run('git', ['--version'], { signal });
    return ok('git', stdout.trim());
  } catch (error) {
    signal.throwIfAborted();
    return wrong('git', `git does not run: ${failureOf(error).message}`, 'install git: https://git-scm.com/downloads');
  }
}

/** A folder that is not there yet is made by the first apply, so its parent has to be writable. */
export async function checkStateFolder(folder: string, root: string): Promise<DoctorCheck> {
  const path = (await isWritable(folder)) === 'missing' ? root : folder;
  if ((await isWritable(path)) === 'yes') return ok('state folder', folder);
  return wrong(
    'state folder',
    `${path} cannot be written`,
    'give yourself write permission, or free the disk it is on',
  );
}

export async function checkLockFolder(): Promise<DoctorCheck> {
  try {
    return ok('lock folder', await lockFolder());
  } catch (error) {
    const { message, next } = failureOf(error);
    return wrong('lock folder', message, next);
  }
}

async function isWritable(path: string): Promise<'yes' | 'no' | 'missing'> {
  try {
    await access(path, constants.W_OK | constants.X_OK);
    return 'yes';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'missing' : 'no';
  }
}

export function ok(name: string, summary: string): DoctorCheck {
  return { name, status: 'ok', summary, next: null };
}

export function wrong(name: string, summary: string, next: string | null): DoctorCheck {
  return { name, status: 'error', summary, next };
}

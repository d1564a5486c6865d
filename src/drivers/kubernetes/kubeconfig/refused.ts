/** Why a kubeconfig cannot be read, locked or written. It is never changed then. */
import { errnoOf } from '../../../files/errno.ts';
import { TrueupError } from '../../../model/failure.ts';

const NEXT: Readonly<Record<string, string>> = {
  EACCES: 'let this user read and write it, or declare another kubeconfig.path',
  EPERM: 'let this user read and write it, or declare another kubeconfig.path',
  EROFS: 'its file system is read-only: declare another kubeconfig.path',
  ENOSPC: 'make space on its file system, and apply again',
  EISDIR: 'it is a folder: declare another kubeconfig.path',
};

const DEFAULT_NEXT = 'look at the file, and apply again';

export function kubeconfigRefused(path: string, why: string, next: string = DEFAULT_NEXT): TrueupError {
  return new TrueupError('kubeconfig_refused', `the kubeconfig ${path} ${why}`, { fields: { path }, next });
}

/** Calls of the system that fail, in words that lead on; anything else goes on as it is. */
export async function withKubeconfigErrors<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    throw new TrueupError('kubeconfig_refused', `the kubeconfig ${path} cannot be used: ${errno}`, {
      cause: error,
      fields: { path, errno },
      next: NEXT[errno] ?? DEFAULT_NEXT,
    });
  }
}

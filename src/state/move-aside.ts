/** State that cannot be read is kept under another name before anything new takes its place; it is never deleted. */
import { rename } from 'node:fs/promises';
import { unwritable } from './system-error.ts';

/** Renames to `<path>.unreadable-<timestamp>`. */
export async function moveAside(path: string): Promise<void> {
  const timestamp = new Date().toISOString().replaceAll(/[-:]/g, '');
  try {
    await rename(path, `${path}.unreadable-${timestamp}`);
  } catch (error) {
    throw unwritable(path, error);
  }
}

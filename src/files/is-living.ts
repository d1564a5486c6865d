/** Whether a process is there, whoever it belongs to. */
import { errnoOf } from './errno.ts';

export function isLiving(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

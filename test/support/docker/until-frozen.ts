/** Pausing as a person would: again, where the engine could not. */
import { eventually } from '../eventually.ts';

/** The kernel's older freezer gives up when something begins in the container at that very moment, such as its health test. */
export function untilFrozen<T>(pause: () => Promise<T>): Promise<{ readonly result: T }> {
  return eventually(async () => {
    try {
      return { result: await pause() };
    } catch (error) {
      if (error instanceof Error && error.message.includes('unable to freeze')) return null;
      throw error;
    }
  });
}

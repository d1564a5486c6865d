/**
 * What is tried at every moment, one after the other, is divided between the two generations of the engine: what trueup does is
 * the same on both, and each moment is tried on one. `TRUEUP_SAMPLES=all` tries every moment on each.
 */
import { engineUnderTest } from './engine-under-test.ts';

/** Whether this engine has the moment with this number, from 1 on. */
export function isOfShare(moment: number): boolean {
  if (process.env['TRUEUP_SAMPLES'] === 'all') return true;
  const { kind } = engineUnderTest();
  return kind === 'debian' ? moment % 2 === 1 : kind === 'current' ? moment % 2 === 0 : true;
}

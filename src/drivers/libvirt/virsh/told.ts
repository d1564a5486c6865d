/** What libvirt tells of one thing. Only its own word says that there is none; any other complaint fails the look. */
import type { Engine } from '../engine.ts';
import { answersInPart, isMissing } from './failures.ts';
import type { Answer } from './virsh.ts';

/** `null` where there is no such thing. */
export function toldOf(engine: Engine, answer: Answer | undefined): string | null {
  if (answer === undefined || isMissing(answer.stderr)) return null;
  if (answer.stderr !== '') throw answersInPart(engine, answer.stderr);
  return answer.stdout;
}

/**
 * Debug switches: how talkative a value makes a program. On the machine of a developer they may be anything; anywhere else a program
 * that says more than there is one that tells strangers, or is slow. Pure.
 */
import { type Json, scalarText } from '../../model/json.ts';
import type { HeldField } from './held-field.ts';

const MOST = wordsOf('all full silly trace');
const LITTLE = wordsOf('0 f false n no none null off undefined');
const MUCH = wordsOf('1 debug dev develop development local on t true verbose y yes *');

/** Whether one side alone is a machine of a developer, and the other says more than it. The same both ways. */
export function isTalkativeElsewhere({ names, source, target }: HeldField): boolean {
  if ((source.type === 'local') === (target.type === 'local')) return false;
  const [local, elsewhere] = source.type === 'local' ? [source, target] : [target, source];
  const name = names.at(-1) ?? '';
  return talkativeness(name, elsewhere.value) > talkativeness(name, local.value);
}

/**
 * Of what says several things, such as `debug,hyper=info`, the most. What is left out, or is of no known word, says little; but a
 * switch of that very name may list whom to hear: `app:server`.
 */
function talkativeness(name: string, value: Json): number {
  if (value === null) return 0;
  const words = scalarText(value)
    .toLowerCase()
    .split(/[^a-z0-9*]+/)
    .filter((word) => word !== '');
  if (words.some((word) => MOST.has(word))) return 2;
  const isOn = /debug$/i.test(name) ? words.some((word) => !LITTLE.has(word)) : words.some((word) => MUCH.has(word));
  return isOn ? 1 : 0;
}

function wordsOf(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}

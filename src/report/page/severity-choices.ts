/** Severities as choices of a filter, the most severe first. */
import { SEVERITIES } from '../../model/change.ts';
import type { Choice } from './filters.ts';

export const SEVERITY_CHOICES: readonly Choice[] = SEVERITIES.toReversed().map((value) => ({ value, words: value }));

/** What a look says of a cluster that runs and does not answer: what is not known is no difference, and is said. */
import { fieldPath } from '../../model/field-path.ts';
import type { ObservedObject } from '../../model/observed.ts';

export const API_SILENT = 'its API server does not answer';

/** Of these fields nobody but its API could tell. */
export const UNSEEN: NonNullable<ObservedObject['unseen']> = {
  fields: [fieldPath('addons'), fieldPath('nodes')],
  reason: API_SILENT,
};

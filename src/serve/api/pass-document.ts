/** What a pass led to, as the API answers it. */
import type { JsonObject } from '../../model/json.ts';
import { planDocument } from '../../report/plan-document.ts';
import { runDocument } from '../../report/run-document.ts';
import type { Pass } from '../served.ts';

export function passDocument(environment: string, pass: Pass): JsonObject {
  const { outcome, reasons, plan, run, duration_ms } = pass;
  return {
    environment,
    outcome,
    reasons,
    duration_ms,
    plan: plan === null ? null : planDocument(plan),
    run: run === null ? null : runDocument(run, plan?.changes ?? []),
  };
}

export const PASS_SCHEMA: JsonObject = {
  title: 'Pass',
  type: 'object',
  additionalProperties: false,
  required: ['environment', 'outcome', 'reasons', 'duration_ms', 'plan', 'run'],
  properties: {
    environment: { type: 'string', description: 'Its id.' },
    outcome: {
      description:
        '`in_sync`: what runs equals what git declares. `reported`: differences are left as they are. `held`: the declared revision is quarantined. `invalid`: the manifests have mistakes. `blocked`: an engine, the source, a lock or a conflict kept it from being carried out.',
      enum: ['in_sync', 'reported', 'applied', 'failed', 'held', 'cancelled', 'invalid', 'blocked'],
    },
    reasons: { type: 'array', items: { type: 'string' }, description: 'Why there was a pass.' },
    duration_ms: { type: 'number' },
    plan: { description: 'Null where none could be made.', anyOf: [{ 'x-document': 'plan' }, { type: 'null' }] },
    run: { description: 'Null where nothing was carried out.', anyOf: [{ 'x-document': 'run' }, { type: 'null' }] },
  },
};

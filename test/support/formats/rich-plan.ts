/** One plan with something of everything that a plan can say, and one in which every text is meant to do harm. */
import { NO_IMPACT } from '../../../src/diff/impact.ts';
import type { Change } from '../../../src/model/change.ts';
import type { Plan } from '../../../src/model/plan.ts';
import {
  change,
  conflict,
  creation,
  diagnostic,
  difference,
  drift,
  engine,
  ignoreHit,
  plan,
  removal,
  source,
} from '../builders.ts';

export function richPlan(): Plan {
  return plan({
    applyable: false,
    complete: false,
    unchanged: 7,
    inputs: {
      manifest: 'environments/local/web.yaml',
      files: ['environments/local/web.yaml'],
      engines: [engine(), engine({ name: 'docker', driver: 'docker', status: 'unreachable', error: 'connect ENOENT' })],
      targets: [],
    },
    changes: [
      creation('service.web', { process: { command: ['node', 'web.js'] } }),
      change('service.api', {
        action: 'replace',
        reason: 'replace_because_cannot_update',
        differences: [
          // Git means to change it: shown one level lower, and without its impact.
          difference(['labels', 'team'], {
            before: null,
            after: 'core',
            severity: 'warning',
            effect: 'in_place',
            impact: 'Nobody knows whose it is.',
          }),
          difference(['container', 'image'], {
            before: 'api:1.4',
            after: 'api:1.5',
            cause: 'world',
            severity: 'error',
            effect: 'replace',
            impact: 'It runs another version.',
          }),
          difference(['environment_variables', 'TOKEN'], {
            before: { $secret: 'a3f5c1' },
            after: { $secret: 'b1c2d3' },
            cause: 'both',
          }),
        ],
        impact: {
          ...NO_IMPACT,
          restarts: ['service.api', 'service.web'],
          connections_dropped: true,
          downtime: true,
          data_loss: false,
        },
      }),
      removal('volume.old', {
        impact: { ...NO_IMPACT, restarts: [], connections_dropped: false, downtime: false, data_loss: true },
      }),
    ],
    drift: [
      drift('service.api', { differences: [difference(['labels', 'team'], { cause: 'world', severity: 'info' })] }),
      drift('service.cache', { kind: 'missing' }),
      drift('service.stray', { kind: 'undeclared', cause: 'unknown' }),
    ],
    drift_ignored: ['service.mailer'],
    frozen: [
      {
        address: 'service.db',
        since: '2026-01-31T10:00:00.000Z',
        until: '2026-01-31T12:00:00.000Z',
        reason: 'looking at it',
        by: 'kim@host',
      },
    ],
    withheld: [{ address: 'volume.data', reason: 'protected', summary: 'volume.data is protected' }],
    conflicts: [conflict('service.x')],
    ignored: [ignoreHit('service.api', "$['labels']['build']", { hits: 2 })],
    diagnostics: [diagnostic()],
  });
}

/** Every text of people and engines in it is `text`. */
export function hostilePlan(text: string): Plan {
  const file = text === '' ? 'environments/local/web.yaml' : text;
  const place = source(3, 3, file);
  return plan({
    environment: text,
    applyable: false,
    changes: [
      change(`service.${text}`, {
        name: text,
        source: place,
        differences: [
          difference(['environment_variables', text], { before: text, after: { [text]: [text] }, source: place }),
          difference([text, 'x'], { before: null, after: text, impact: text, source: place }),
        ],
        impact: {
          ...NO_IMPACT,
          restarts: [`service.${text}`, `service.2${text}`],
          connections_dropped: true,
          downtime: true,
          data_loss: true,
        },
      }),
      creation(`service.${text}new`, { process: { command: [text] }, environment_variables: { [text]: text } }),
      removal(`image.${text}`, { reason: 'delete_because_left_over', name: text }),
      change(`volume.${text}`, { action: 'move', reason: 'moved', previous_address: `volume.${text}` }),
    ],
    drift: [
      drift(`service.${text}`, { kind: 'undeclared', name: text }),
      drift(`volume.${text}`, {
        differences: [difference([text], { before: text, after: text, cause: 'world', source: place })],
      }),
    ],
    drift_ignored: [`service.${text}ignored`],
    frozen: [{ address: `service.${text}`, since: text, until: text, reason: text, by: text }],
    withheld: [{ address: `volume.${text}`, reason: 'protected', summary: text }],
    conflicts: [conflict(`service.${text}`, { engine: text, name: text, summary: text, source: place })],
    ignored: [ignoreHit(`service.${text}`, text, { reason: text })],
    diagnostics: [diagnostic({ summary: text, detail: text, source: place })],
    inputs: { files: [file], engines: [engine({ name: text, status: 'unreachable', error: text })], targets: [] },
  });
}

/** As many changes as are asked for, of every severity: that of what git means to change is never shown as critical. */
export function hugePlan(count: number, environment = 'local'): Plan {
  const severities = ['info', 'warning', 'error', 'critical'] as const;
  const changes = Array.from({ length: count }, (_none, index): Change => {
    const severity = severities[index % severities.length] ?? 'info';
    return change(`service.s${index}`, {
      differences: [
        difference(['container', 'image'], { before: `image:${index}`, after: 'image:next', cause: 'world', severity }),
      ],
    });
  });
  return plan({ environment, changes });
}

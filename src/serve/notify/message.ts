/**
 * A message: one text for people, safe wherever it is shown, and the same as a CloudEvent for machines. Pure.
 */
import type { NotificationKind } from '../../model/notification.ts';
import { type CloudEvent, cloudEventSource } from '../../report/cloud-event.ts';
import { maskDocument } from '../../report/mask-document.ts';
import { safeText } from '../../report/safe-text.ts';
import { elapsedText } from '../../report/words.ts';
import type { Notice } from './episode.ts';
import { type Finding, listed } from './signals.ts';

export interface Message {
  readonly id: string;
  readonly environment: string;
  readonly kind: string;
  readonly status: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** One line. */
  readonly text: string;
  readonly event: CloudEvent;
}

export interface MessageHead {
  readonly id: string;
  readonly environment: string;
  readonly kind: Exclude<NotificationKind, 'recovered'>;
  readonly now: number;
  readonly mask: (text: string) => string;
}

/** So many findings stand in an event in full. */
const TOLD = 20;
const LONGEST_TEXT = 1000;
const LONGEST_WHY = 300;

export function noticeMessage(head: MessageHead, { status, findings, since }: Notice): Message {
  const lasted = elapsedText(Math.max(0, head.now - since));
  const what = `${whatIs(head.kind, findings)}${whyOf(head.kind, findings)}`;
  const texts: Readonly<Record<Notice['status'], string>> = {
    began: what,
    changed: what,
    goes_on: `still, after ${lasted}: ${what}`,
    flapping: `comes and goes, and is told again when it has been quiet for 10 minutes: ${what}`,
    over: `good again after ${lasted}: ${whatWas(head.kind, findings)}`,
  };
  return message(head, { status, text: texts[status], findings, since });
}

export function happeningMessage(head: MessageHead, text: string): Message {
  return message(head, { status: 'happened', text, findings: [], since: head.now });
}

function whatIs(kind: MessageHead['kind'], findings: readonly Finding[]): string {
  const subjects = subjectsOf(findings);
  switch (kind) {
    case 'failed':
      return `a run failed at ${subjects}`;
    case 'stalled':
      return 'it waits for a person';
    case 'degraded':
      return hasFailed(findings) ? 'it has failed' : 'it is degraded';
    case 'quarantined':
      return `revision ${subjects} is quarantined`;
    case 'unreachable':
      return `${subjects} cannot be reached`;
    case 'drift':
      return `drift of ${subjects}`;
    case 'frozen':
      return `${subjects} is left alone`;
    case 'applied':
      return subjects;
    default:
      return kind satisfies never;
  }
}

/** Of what is over. */
function whatWas(kind: MessageHead['kind'], findings: readonly Finding[]): string {
  const subjects = subjectsOf(findings);
  switch (kind) {
    case 'stalled':
      return 'it waited for a person';
    case 'degraded':
      return hasFailed(findings) ? 'it had failed' : 'it was degraded';
    case 'quarantined':
      return `revision ${subjects} was quarantined`;
    case 'unreachable':
      return `${subjects} could not be reached`;
    case 'frozen':
      return `${subjects} was left alone`;
    case 'failed':
    case 'drift':
    case 'applied':
      return whatIs(kind, findings);
    default:
      return kind satisfies never;
  }
}

/** Drift is told by its addresses alone, and what was applied needs no reason. */
function whyOf(kind: MessageHead['kind'], [first]: readonly Finding[]): string {
  const why = kind === 'drift' || kind === 'applied' ? '' : (first?.text ?? '');
  return why === '' ? '' : `: ${why.length > LONGEST_WHY ? `${why.slice(0, LONGEST_WHY)}…` : why}`;
}

function subjectsOf(findings: readonly Finding[]): string {
  return listed(findings.map(({ subject }) => subject));
}

function hasFailed([first]: readonly Finding[]): boolean {
  return first?.cause === 'failed';
}

interface Content {
  readonly status: Notice['status'] | 'happened';
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly since: number;
}

function message(head: MessageHead, { status, text, findings, since }: Content): Message {
  const { id, environment, kind, now, mask } = head;
  const line = safeText(mask(`${environment}: ${text}`.replaceAll(/\s+/g, ' ')));
  const shown = line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)}…` : line;
  const data = {
    environment,
    kind,
    status,
    summary: shown,
    since: new Date(since).toISOString(),
    findings: findings.slice(0, TOLD).map(({ subject, cause, text: why }) => ({ subject, cause, text: why })),
    findings_left_out: Math.max(0, findings.length - TOLD),
  };
  return {
    id,
    environment,
    kind,
    status,
    at: now,
    text: shown,
    event: {
      specversion: '1.0',
      id,
      source: cloudEventSource(environment),
      type: `dev.trueup.notification.${status}.v1`,
      time: new Date(now).toISOString(),
      datacontenttype: 'application/json',
      data: maskDocument(data, mask),
    },
  };
}

/**
 * What happens in the long-lived side as CloudEvents 1.0 in JSON (schemas/cloud-event.json), for the event stream of the
 * API and for notifications. Subjects and predicates are those of CDEvents where it has them; the types are our own.
 * Fields are picked by name and every text is masked: nothing slips through.
 */
import type { Address } from '../model/address.ts';
import type { JsonObject } from '../model/json.ts';
import type { ServeEvent } from '../model/serve-event.ts';
import { cloudEventData } from './cloud-event-data.ts';
import { maskDocument } from './mask-document.ts';
import { serviceEvents } from './service-events.ts';

export interface CloudEvent extends JsonObject {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: JsonObject;
}

export interface CloudEventOptions {
  /** Of the event: the same for whoever hears of it, unique, and greater than those before it. */
  readonly id: string;
  /** Takes known secrets out of a text. */
  readonly mask: (text: string) => string;
}

/** What one event says: first itself, then what follows from it for the environment and its services. */
export function cloudEvents(event: ServeEvent, options: CloudEventOptions): readonly [CloudEvent, ...CloudEvent[]] {
  const [first, ...rest] = messagesOf(event);
  const made = (message: Message, index: number): CloudEvent => envelope(event, message, index, options);
  return [made(first, 0), ...rest.map((message, index) => made(message, index + 1))];
}

/** The id of an environment as a URI reference: `shop/local`. */
export function cloudEventSource(environment: string): string {
  return environment.split('/').map(encodeURIComponent).join('/');
}

interface Message {
  /** Without the prefix and the version: `environment.reconciled`. */
  readonly type: string;
  readonly address: Address | null;
  readonly data: JsonObject;
}

function envelope(event: ServeEvent, message: Message, index: number, { id, mask }: CloudEventOptions): CloudEvent {
  const { type, address, data } = message;
  return {
    specversion: '1.0',
    id: index === 0 ? id : `${id}-${index}`,
    source: cloudEventSource(event.environment),
    type: `dev.trueup.${type}.v1`,
    ...(address === null ? {} : { subject: address }),
    time: event.at,
    datacontenttype: 'application/json',
    data: maskDocument({ environment: event.environment, ...data }, mask),
  };
}

function messagesOf(event: ServeEvent): readonly [Message, ...Message[]] {
  const own: Message = { type: typeOf(event), address: subjectOf(event), data: cloudEventData(event) };
  const about = (type: string, data: JsonObject): Message => ({ type, address: null, data });
  if (event.type === 'state_changed') {
    const isThere = (state: string): boolean => state !== 'uninitialized' && state !== 'terminated';
    if (isThere(event.from) === isThere(event.to)) return [own];
    return [own, about(isThere(event.to) ? 'environment.created' : 'environment.deleted', {})];
  }
  if (event.type !== 'pass_ended' || event.run === null) return [own];
  const { run } = event;
  const services = serviceEvents(run).map(({ predicate, address, data }) => ({
    type: `service.${predicate}`,
    address,
    data,
  }));
  if (!run.steps.some(({ status, phase }) => status === 'done' && phase !== 'gate')) return [own, ...services];
  return [own, about('environment.modified', { run: run.id }), ...services];
}

function subjectOf(event: ServeEvent): Address | null {
  if ('address' in event) return event.address;
  if ('addresses' in event) return event.addresses.length === 1 ? (event.addresses[0] ?? null) : null;
  if (event.type !== 'progress') return null;
  const { event: progress } = event;
  if ('address' in progress) return progress.address;
  return 'step' in progress ? progress.step.address : null;
}

const TYPES: Readonly<Record<Exclude<ServeEvent['type'], 'progress'>, string>> = {
  triggered: 'environment.triggered',
  pass_started: 'environment.reconciling',
  planned: 'environment.planned',
  pass_ended: 'environment.reconciled',
  state_changed: 'environment.state_changed',
  resource_changed: 'resource.changed',
  drift_found: 'drift.found',
  drift_over: 'drift.over',
  quarantined: 'revision.quarantined',
  quarantine_lifted: 'revision.quarantine_lifted',
  frozen: 'resource.frozen',
  freeze_ended: 'resource.freeze_ended',
  orphaned: 'environment.orphaned',
  declared_again: 'environment.declared_again',
  source_lost: 'source.lost',
  source_back: 'source.back',
  engine_lost: 'engine.lost',
  engine_back: 'engine.back',
};

function typeOf(event: ServeEvent): string {
  if (event.type !== 'progress') return TYPES[event.type];
  const { event: progress } = event;
  switch (progress.type) {
    case 'run_started':
      return 'run.started';
    case 'step_started':
      return 'step.started';
    case 'step_progress':
      return 'step.progressed';
    case 'probe':
      return 'probe.ended';
    case 'step_ended':
      return 'step.ended';
    case 'stopping':
      return 'run.stopping';
    case 'run_ended':
      return 'run.ended';
    default:
      return progress satisfies never;
  }
}

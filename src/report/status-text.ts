/** Status for people: a line per environment, its conditions where they are not as they should be, and a table of resources. */
import { typeOf } from '../model/address.ts';
import { isJsonObject } from '../model/json.ts';
import { ageText } from './age-text.ts';
import { clusterText } from './cluster-text.ts';
import { fieldText } from './field-text.ts';
import { leftText } from './freezes.ts';
import { wrapWords } from './layout.ts';
import { type Paint, painter, type Tone } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { hideSecrets } from './secret-marks.ts';
import type { Freeze } from '../model/served.ts';
import type { Condition, EnvironmentStatus, ResourceStatus, StatedState, StatusReport } from './status.ts';
import { type Column, renderTable } from './table.ts';
import { valuePair, valueText } from './value-text.ts';
import { revisionText } from './words.ts';

export interface StatusOptions extends RenderOptions {
  /** Milliseconds since the epoch, to tell ages. */
  readonly now: number;
}

/** Of environments. */
export const STATE_TONES: Readonly<Record<StatedState, Tone>> = {
  uninitialized: 'faint',
  provisioning: 'change',
  healthy: 'good',
  degraded: 'warning',
  failed: 'bad',
  stopped: 'faint',
  terminated: 'faint',
  unknown: 'warning',
};

export function renderStatus(report: StatusReport, options: StatusOptions): string {
  if (report.environments.length === 0) return 'No environment is declared here.';
  const paint = painter(options.color);
  return report.environments.map((environment) => renderEnvironment(environment, options, paint)).join('\n\n');
}

function renderEnvironment(environment: EnvironmentStatus, options: StatusOptions, paint: Paint): string {
  const { name, state, last_applied, last_healthy, resources } = environment;
  const applied = last_applied === null ? 'never applied' : `applied ${revisionText(last_applied)}`;
  const healthy =
    last_healthy === null || last_healthy.commit === last_applied?.commit
      ? ''
      : `, last healthy ${revisionText(last_healthy)}`;
  const lines = [`${paint('strong', safeText(name))}: ${paint(STATE_TONES[state], state)}, ${applied}${healthy}`];
  for (const condition of environment.conditions) {
    if (isWorthSaying(condition) || options.verbose === true) lines.push(conditionText(condition, options, paint));
  }
  const shown = resources.filter((resource) => options.verbose === true || isTelling(resource, resources));
  if (shown.length > 0) lines.push(renderTable(columnsFor(options, paint), shown, options.width));
  for (const { address, configuration_file: file } of resources) {
    for (const error of file?.validationErrors ?? []) {
      const words = `${paint('bad', 'Refused')} ${safeText(address)}: ${safeText(error)}`;
      lines.push(wrapWords(words, options.width, 2));
    }
  }
  const clusters = resources.map((resource) => clusterText(resource, options)).filter((text) => text !== '');
  return [lines.join('\n'), ...clusters].join('\n\n');
}

/** An image is told by the service that runs it, but for one that somebody asked for by name. */
function isTelling({ address }: ResourceStatus, all: readonly ResourceStatus[]): boolean {
  return typeOf(address) !== 'image' || all.every((other) => typeOf(other.address) === 'image');
}

/** A run that was cut off is over, and worth knowing of all the same. */
function isWorthSaying({ type, status, reason }: Condition): boolean {
  if (reason === 'RunCutOff') return true;
  return type === 'Ready' ? status !== 'True' : status === 'True';
}

function conditionText({ type, status, reason, message }: Condition, options: RenderOptions, paint: Paint): string {
  const tone = type === 'Reconciling' ? 'change' : 'warning';
  return wrapWords(`${paint(tone, `${type}=${status}`)} ${safeText(reason)}: ${safeText(message)}`, options.width, 2);
}

function columnsFor(options: StatusOptions, paint: Paint): readonly Column<ResourceStatus>[] {
  return [
    { title: 'RESOURCE', rank: 0, shrinks: true, cell: ({ address }) => safeText(address) },
    {
      title: 'STATE',
      rank: 0,
      cell: (row) => stateText(row, options.now),
      paint: (text, row) => paint(stateTone(row), text),
    },
    { title: 'AGE', rank: 3, cell: ({ since }) => ageText(since, options.now) },
    { title: 'RESTARTS', rank: 4, cell: ({ restarts }) => (restarts > 0 ? String(restarts) : '') },
    { title: 'PORTS', rank: 2, shrinks: true, cell: ({ ports }) => ports.map(safeText).join(', ') },
    { title: 'IMAGE', rank: 5, shrinks: true, cell: ({ image }) => imageText(image) },
    { title: 'ENGINE', rank: 6, cell: ({ engine }) => safeText(engine) },
    { title: 'NAME', rank: 7, shrinks: true, cell: ({ name }) => (options.verbose === true ? safeText(name) : '') },
    { title: 'FROZEN', rank: 1, cell: ({ frozen }) => frozenText(frozen, options.now) },
    { title: 'PENDING RESTART', rank: 1, shrinks: true, cell: pendingText },
    { title: 'REASON', rank: 1, shrinks: true, cell: ({ reason }) => safeText(reason ?? '') },
    { title: 'DETAILS', rank: 8, shrinks: true, cell: (row) => (options.verbose === true ? detailsText(row) : '') },
  ];
}

/** `running (healthy)`, or `running (healthy 3 s ago)` by its last gate; what does not run is simply there. */
export function stateText({ run_state, health, gate }: ResourceStatus, now: number): string {
  const state = run_state ?? 'present';
  if (health === 'unknown' && gate !== null)
    return `${state} (${gate.met ? 'healthy' : 'unhealthy'} ${ageText(gate.at, now)} ago)`;
  if (health === 'unknown') return `${state} (not checked)`;
  return health === 'none' ? state : `${state} (${health})`;
}

/** `29 m 30 s left`. */
function frozenText(frozen: Freeze | null, now: number): string {
  return frozen === null ? '' : `${leftText(frozen.until, now)} left`;
}

/** `memory 4GiB → 8GiB`: as it runs, and as it will. */
function pendingText({ pending_restart: pending = [] }: ResourceStatus): string {
  const texts = pending.map(({ field_path: path, configured, effective }) => {
    const { before, after } = valuePair(effective, configured, 'after');
    return `${fieldText(path)} ${before} → ${after}`;
  });
  return texts.join(', ');
}

/** Of an id as much as other tools show. */
function imageText(image: string | null): string {
  return safeText((image ?? '').replace(/^sha256:([0-9a-f]{12})[0-9a-f]+$/, '$1'));
}

/** What a reader should make of it at a glance. */
export function stateTone({ run_state, health, gate }: ResourceStatus): Tone {
  if (
    health === 'unhealthy' ||
    gate?.met === false ||
    run_state === 'failed' ||
    run_state === 'dead' ||
    run_state === 'missing'
  )
    return 'bad';
  if (health === 'starting' || run_state === 'restarting' || run_state === 'paused' || run_state === 'unknown')
    return 'warning';
  return run_state === 'stopped' || run_state === 'suspended' || run_state === 'created' ? 'faint' : 'good';
}

function detailsText({ details }: ResourceStatus): string {
  const shown = hideSecrets(details);
  if (!isJsonObject(shown)) return '';
  return Object.entries(shown)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${safeText(key)}=${typeof value === 'string' ? safeText(value) : valueText(value)}`)
    .join(' ');
}

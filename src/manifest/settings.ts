/** Settings of the tool itself: `trueup.yaml` at the root of the repo. Every key has a default, and so has the file. */
import { settings as fitsSchema } from '../generated/validators.js';
import settingsSchema from '../../schemas/settings.json' with { type: 'json' };
import { type Diagnostic, errorAt, hasErrors, sortDiagnostics } from '../model/diagnostic.ts';
import type { FileTree } from '../model/file-tree.ts';
import type { Settings as Declared } from '../model/generated/settings.ts';
import { type JsonObject, memberAt } from '../model/json.ts';
import type { LogRule, NotificationSink, ScheduleRule, WebhookSecrets } from '../model/notification.ts';
import { parseSize } from '../model/quantity.ts';
import type { SeverityRule } from '../model/severity-rule.ts';
import type { VmLimits } from '../model/vm-limits.ts';
import { startOf } from './folder.ts';
import { checkOwner, type GitRules, gitRules, type SettingsOwner } from './git-settings.ts';
import { Layers } from './layers.ts';
import { notificationSinks } from './notification-settings.ts';
import { parseFile } from './parse.ts';
import { NO_PARITY_RULES, type ParityRules, parityRules } from './parity-settings.ts';
import { Reporter } from './reporter.ts';
import { scheduleRules } from './schedule-settings.ts';
import { reportSchemaErrors } from './schema-errors.ts';
import { severityRules } from './severity-settings.ts';
import { vmLimits } from './vm-limit-settings.ts';
import { webhookSecrets } from './webhook-settings.ts';

export const SETTINGS_FILE = 'trueup.yaml';

export interface Settings {
  /** Relative to the root of the repo, with forward slashes. */
  readonly folders: { readonly environments: string; readonly reports: string; readonly state: string };
  readonly reports: {
    /** So many reports of each kind and environment are kept; older ones are removed. */
    readonly keep: number;
  };
  readonly notifications: readonly NotificationSink[];
  readonly schedules: readonly ScheduleRule[];
  readonly api: {
    /** Names that a proxy in front of the API is called by. */
    readonly hosts: readonly string[];
  };
  readonly webhooks: WebhookSecrets;
  /** What people say of differences; the first that is about one counts. */
  readonly severities: readonly SeverityRule[];
  readonly parity: ParityRules;
  readonly vm_limits: VmLimits;
  /** Always empty for a repo. */
  readonly git: GitRules;
  readonly log: LogRule;
}

export interface LoadedSettings {
  /** The defaults where the file has errors. */
  readonly settings: Settings;
  readonly diagnostics: readonly Diagnostic[];
}

const SCHEMA: JsonObject = settingsSchema;

const DEFAULT_LOG_SIZE = 10 * 1024 * 1024;
const DEFAULT_LOGS_KEPT = 5;

/** Those of a repo without `trueup.yaml`, and of one whose `trueup.yaml` does not count. */
export function defaultSettings(): Settings {
  return resolved({});
}

export async function loadSettings(tree: FileTree, owner: SettingsOwner = 'repo'): Promise<LoadedSettings> {
  let bytes: Uint8Array | null;
  try {
    bytes = await tree.read(SETTINGS_FILE);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      settings: resolved({}),
      diagnostics: [errorAt('invalid_path', startOf(SETTINGS_FILE), `${SETTINGS_FILE} cannot be read`, reason)],
    };
  }
  if (bytes === null) return { settings: resolved({}), diagnostics: [] };
  const { file, root, diagnostics } = parseFile(SETTINGS_FILE, bytes);
  if (root === null || hasErrors(diagnostics))
    return { settings: resolved({}), diagnostics: sortDiagnostics(diagnostics) };
  const reporter = new Reporter(new Layers([{ file, root }]));
  if (!fitsSchema(root)) {
    reportSchemaErrors(fitsSchema.errors ?? [], root, { schema: SCHEMA, reporter, code: 'invalid_settings' });
  }
  const declared: Declared = reporter.diagnostics.length === 0 ? root : {};
  const settings: Settings = {
    ...resolved(declared),
    notifications: notificationSinks(declared.notifications ?? {}, reporter),
    schedules: await scheduleRules(declared.schedules ?? {}, reporter),
    webhooks: webhookSecrets(declared.webhooks ?? {}, reporter),
    severities: severityRules(declared.severities ?? [], reporter),
    parity: parityRules(declared.parity ?? {}, reporter),
    vm_limits: vmLimits(declared.vm_limits ?? {}, reporter),
  };
  checkFolders(settings, reporter);
  checkOwner(declared, owner, reporter);
  return { settings, diagnostics: sortDiagnostics(reporter.diagnostics) };
}

function resolved({ folders = {}, reports = {}, log = {}, api = {}, git = {} }: Declared): Settings {
  return {
    folders: {
      environments: folderName(folders.environments, 'environments'),
      reports: folderName(folders.reports, 'reports'),
      state: folderName(folders.state, 'state'),
    },
    reports: {
      keep: reports.keep ?? Number(memberAt(SCHEMA, 'properties', 'reports', 'properties', 'keep', 'default')),
    },
    notifications: [],
    schedules: [],
    api: { hosts: api.hosts ?? [] },
    webhooks: {},
    severities: [],
    parity: NO_PARITY_RULES,
    vm_limits: {},
    git: gitRules(git),
    log: {
      file: log.file ?? null,
      level: log.level ?? 'info',
      max_size: parseSize(log.max_size ?? '') ?? DEFAULT_LOG_SIZE,
      keep: log.keep ?? DEFAULT_LOGS_KEPT,
    },
  };
}

function folderName(declared: string | undefined, key: string): string {
  const fallback = memberAt(SCHEMA, 'properties', 'folders', 'properties', key, 'default');
  return (declared ?? (typeof fallback === 'string' ? fallback : key)).replace(/\/+$/, '');
}

/** What trueup writes must not be read as what people wrote. */
function checkFolders({ folders }: Settings, reporter: Reporter): void {
  const names = Object.entries(folders);
  for (const [index, [key, folder]] of names.entries()) {
    const rival = names.slice(0, index).find(([, other]) => isWithin(folder, other) || isWithin(other, folder));
    if (rival === undefined) continue;
    const summary = `the folder of ${key} and that of ${rival[0]} lie within each other`;
    reporter.error('invalid_settings', ['folders', key], summary, 'give each a folder of its own');
  }
}

function isWithin(folder: string, other: string): boolean {
  return folder === other || folder.startsWith(`${other}/`);
}

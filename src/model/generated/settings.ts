/** Made from schemas/settings.json by `npm run generate`: change that file, not this one. */

/**
 * How much differences matter, and what they mean. The first rule that covers a field counts; where none does, the table of trueup holds.
 */
export type Severities = SeverityRule[];
/**
 * Both by environment and address.
 *
 * @minItems 2
 * @maxItems 2
 */
export type ParityPair = string[];
export type Folder = string;
export type Name = string;
/**
 * Such as `10s`, `1m30s` or `500ms`. A bare number is milliseconds.
 */
export type Duration = string | number;
/**
 * Such as `256MiB` or `1.5GiB`. Units are powers of 1024; a bare number is bytes.
 */
export type Size = string | number;
/**
 * A remote may take so much room on the disk, its history included; of a repo that is not yours its files as well.
 */
export type MaxSize = Size;
/**
 * The remote is asked this often, whatever is heard of it.
 */
export type Poll = Duration;
/**
 * The environments that it is about; all where it is left out.
 *
 * @minItems 1
 */
export type EnvironmentNames = string[];

/**
 * trueup.yaml at the root of a repo: settings of trueup itself.
 */
export interface Settings {
  /**
   * Names this schema, for editors. Has no other effect.
   */
  $schema?: string;
  folders?: Folders;
  reports?: Reports;
  notifications?: Notifications;
  schedules?: Schedules;
  api?: Api;
  webhooks?: Webhooks;
  severities?: Severities;
  parity?: Parity;
  git?: Git;
  log?: Log;
  vm_limits?: LimitsOfVMs;
}
/**
 * Where things lie, relative to the root of the repo.
 */
export interface Folders {
  /**
   * The folder of the environments.
   */
  environments?: Folder;
  /**
   * Where reports are written.
   */
  reports?: Folder;
  /**
   * What trueup remembers: what was applied, and what was stopped on purpose.
   */
  state?: Folder;
}
/**
 * How reports are kept.
 */
export interface Reports {
  /**
   * So many reports of each kind and environment are kept; older ones are removed.
   */
  keep?: number;
}
/**
 * Who is told by `trueup serve` of what goes wrong, and of when it is good again. By name.
 */
export interface Notifications {
  [k: string]: Notification;
}
/**
 * What `trueup serve` does at certain times. By name.
 */
export interface Schedules {
  [k: string]: Schedule;
}
/**
 * The API of `trueup serve`, where `--listen` offers it on TCP.
 */
export interface Api {
  /**
   * Names that a proxy in front of it is called by. A request under any other name than these and its own address is refused.
   */
  hosts?: string[];
}
/**
 * Forges that tell `trueup serve` what was pushed, and the secret that each of them signs with.
 */
export interface Webhooks {
  /**
   * Secret of the webhook.
   */
  github?: SecretSource;
  /**
   * Signing token (`whsec_…`) of the webhook, or its secret token.
   */
  gitlab?: SecretSource;
  /**
   * Secret of the webhook.
   */
  gitea?: SecretSource;
  /**
   * Secret of the webhook.
   */
  forgejo?: SecretSource;
  /**
   * Secret of the webhook.
   */
  bitbucket?: SecretSource;
}
/**
 * What `trueup parity` makes of differences between environments.
 */
export interface Parity {
  /**
   * The environment that the others are held against where `--matrix` is given no `--reference`.
   */
  reference?: Name;
  /**
   * A rule with the id of one of trueup's own replaces it in part; any other comes before all of those.
   */
  rules?: ParityRule[];
  /**
   * Differences that somebody answers for: counted, listed, and of no consequence.
   */
  waivers?: ParityWaiver[];
  /**
   * Services that are one although they have different names.
   */
  pairs?: ParityPair[];
}
/**
 * How repos that are served are followed. Counts in the operator's own `trueup.yaml`, below the XDG configuration folder, and is an error in that of a repo.
 */
export interface Git {
  poll?: Poll;
  max_size?: MaxSize;
  verify?: Verify;
  sources?: GitSources;
}
/**
 * The same for single repos, by URL without credentials, or by folder (`/path` or `~/path`). A `*` at the end stands for whatever follows; the longest that fits counts. What holds for all is for URLs: a folder is held to signatures only where it is named here.
 */
export interface GitSources {
  [k: string]: GitSource;
}
/**
 * The log of `trueup serve`.
 */
export interface Log {
  /**
   * Where it is written, relative to this file. Without one an installed daemon writes below the XDG state folder, and any other to standard error.
   */
  file?: string;
  /**
   * The least that is written.
   */
  level?: 'debug' | 'info' | 'warn' | 'error';
  /**
   * A file that has grown to this is put aside, and a new one begun.
   */
  max_size?: Size;
  /**
   * So many files that were put aside are kept, compressed.
   */
  keep?: number;
}
/**
 * What VMs may be declared with, the least and the most: whatever is outside is an error at its line. Default: no limits.
 */
export interface LimitsOfVMs {
  /**
   * The least and the most memory.
   *
   * @minItems 2
   * @maxItems 2
   */
  memory?: Size[];
  /**
   * The fewest and the most processors.
   *
   * @minItems 2
   * @maxItems 2
   */
  cpus?: number[];
  /**
   * The least and the most of the first disk.
   *
   * @minItems 2
   * @maxItems 2
   */
  disk?: Size[];
}
/**
 * What differences of some fields weigh.
 */
export interface SeverityRule {
  /**
   * Only fields of resources of this type.
   */
  type?: 'service' | 'volume' | 'network' | 'image';
  /**
   * Only fields of this resource, such as `service.web`, or `local/service.web` for that of one environment.
   */
  address?: string;
  /**
   * A JSONPath (RFC 9535) of names, in which `*` stands for any one name, such as `$.labels` or `$.networking.ports.*.host_ip`. It covers all that lies below.
   */
  field_path: string;
  /**
   * How much it matters.
   */
  severity: 'info' | 'warning' | 'error' | 'critical';
  /**
   * What it means while it differs, in a short sentence for people. Default: what the table of trueup says.
   */
  impact?: string;
}
/**
 * What a difference of some fields means, under a condition.
 */
export interface ParityRule {
  /**
   * Names the rule, in reports too.
   */
  id: string;
  /**
   * Only resources of these types.
   *
   * @minItems 1
   */
  types?: ('service' | 'volume' | 'network')[];
  /**
   * JSONPaths (RFC 9535) of names, in which `*` stands for any one name. Each covers all that lies below.
   *
   * @minItems 1
   */
  field_paths?: string[];
  /**
   * What both values are held against; `differs` for any difference.
   */
  when?:
    | 'differs'
    | 'missing_on_one_side'
    | 'missing_in_source'
    | 'missing_in_target'
    | 'resource_missing'
    | 'resource_undeclared'
    | 'resource_absent'
    | 'paired_by_guess'
    | 'type_mismatch'
    | 'mount_of_other_kind'
    | 'local_on_one_side'
    | 'talkative_elsewhere'
    | 'both_secret'
    | 'one_secret'
    | 'plain_secret'
    | 'project_prefix'
    | 'host_dependent'
    | 'other_service'
    | 'itself_for_service'
    | 'listened_otherwise'
    | 'same_repository_other_registry'
    | 'patch_version'
    | 'minor_version'
    | 'major_version'
    | 'unknown_version'
    | 'other_variant'
    | 'other_digest'
    | 'digest_against_tag'
    | 'published_otherwise'
    | 'exposed_otherwise'
    | 'port_for_developer'
    | 'volume_of_image'
    | 'bind_for_image_files'
    | 'persistence_lost'
    | 'persistence_gained'
    | 'health_check_gone'
    | 'health_check_added'
    | 'weaker_health_check'
    | 'endpoint_elsewhere'
    | 'isolation_lost'
    | 'isolation_gained'
    | 'privileged_on_one_side'
    | 'same_image_digest'
    | 'forwarded_for_all'
    | 'forwarded_otherwise'
    | 'kubernetes_unknown_version'
    | 'kubernetes_patch_version'
    | 'kubernetes_skew'
    | 'single_node_on_one_side'
    | 'unhealthy_on_one_side';
  /**
   * Why it is so, in one sentence.
   */
  reason?: string;
  /**
   * How much it matters.
   */
  severity?: 'info' | 'warning' | 'error' | 'critical';
  /**
   * What it means while it is there.
   */
  impact?: string;
  /**
   * What to do about it.
   */
  recommendation?: string;
  /**
   * How it can be put right in the manifests of the source.
   */
  fix?: 'take_target' | 'none';
  /**
   * Whether the target is the reference: the other way round it may weigh otherwise.
   */
  directed?: boolean;
}
export interface ParityWaiver {
  /**
   * The two environments, in either order; every pair where it is left out.
   *
   * @minItems 2
   * @maxItems 2
   */
  between?: Name[];
  /**
   * Whose difference it is, by its address on either side, such as `service.web`.
   */
  address: string;
  /**
   * The field, and all below it: as reports write it (`container.image`), or a JSONPath (RFC 9535) of names, in which `*` stands for any one name. The resource as a whole where it is left out, also where it is missing on one side.
   */
  field_path?: string;
  /**
   * Why, for people.
   */
  reason: string;
  /**
   * Who answers for it.
   */
  owner?: string;
  /**
   * The last day on which it holds.
   */
  until?: string;
}
export interface GitSource {
  poll?: Poll;
  max_size?: MaxSize;
  /**
   * In place of what holds for all; `null` for no signatures.
   */
  verify?: Verify | null;
}
/**
 * Whose signatures are asked for. Whatever is not signed with one of these keys is refused, and what was verified last stays.
 */
export interface Verify {
  /**
   * What is signed: the `commit`, the annotated `tag` by which it is followed, or `both`.
   */
  mode: 'commit' | 'tag' | 'both';
  /**
   * Of SSH: a file of allowed signers as `ssh-keygen` has it, relative to this file.
   */
  allowed_signers?: string;
  /**
   * Of SSH: a file of keys that count no longer.
   */
  revoked_signers?: string;
  /**
   * Of GPG: files with public keys.
   *
   * @minItems 1
   */
  gpg_keys?: string[];
}
/**
 * Where a secret is read from when it is needed. It is never written here, and never printed, stored or reported.
 */
export interface SecretSource {
  /**
   * Always true.
   */
  secret: true;
  /**
   * What the value is: the name of an environment variable, the path of a file, or a command that prints the secret.
   */
  source: 'env' | 'file' | 'command';
  /**
   * A name, a path relative to this file, or a list of words, which no shell reads.
   *
   * @minItems 1
   */
  value: string | string[];
}
/**
 * One who is told. Exactly one of `webhook`, `chat` and `command` says how.
 */
export interface Notification {
  /**
   * What is told. `failed`: a run. `stalled`: mistakes in manifests, a lock or a conflict, which wait for a person. `degraded`: an environment is degraded or failed. `quarantined`: a revision. `unreachable`: the repo or an engine. `drift`: the world moved something. `frozen`: somebody asked that something be left alone. `applied`: a run changed something. `recovered`: one of the others that is told is over.
   *
   * @minItems 1
   */
  on?: (
    'failed' | 'stalled' | 'degraded' | 'quarantined' | 'unreachable' | 'drift' | 'frozen' | 'applied' | 'recovered'
  )[];
  environments?: EnvironmentNames;
  /**
   * What goes on is told again after this time; `0` for never.
   */
  repeat?: Duration;
  webhook?: Webhook;
  chat?: Chat;
  command?: NotificationCommand;
}
/**
 * A CloudEvent sent by HTTP POST, signed as Standard Webhooks have it.
 */
export interface Webhook {
  /**
   * Where it is sent. No user, password or token may stand in it.
   */
  url: string;
  /**
   * The key of the signature: `whsec_` and base64, or any text of at least 24 characters.
   */
  secret: SecretSource;
  /**
   * How long one attempt may take.
   */
  timeout?: Duration;
}
/**
 * A line of text to an incoming webhook in the format of Slack, which Mattermost, Rocket.Chat and others take too.
 */
export interface Chat {
  /**
   * The address of the incoming webhook. Whoever knows it can write there, so that it is a secret.
   */
  url: SecretSource;
  /**
   * How long one attempt may take.
   */
  timeout?: Duration;
}
/**
 * A command of the host that gets the CloudEvent on its standard input.
 */
export interface NotificationCommand {
  /**
   * The program and its arguments, which no shell reads. It runs in the root of the repo.
   *
   * @minItems 1
   */
  run: string[];
  /**
   * How long one attempt may take.
   */
  timeout?: Duration;
}
export interface Schedule {
  /**
   * When: minute, hour, day of month, month and day of week.
   */
  cron: string;
  /**
   * The zone that it is read in, such as `Europe/Berlin`; without one that of the machine.
   */
  time_zone?: string;
  /**
   * `drift` looks, writes a drift report and changes nothing; `reconcile` is a reconcile like any other.
   */
  task?: 'drift' | 'reconcile';
  environments?: EnvironmentNames;
}

/**
 * The conditions that a rule of parity can have: a closed set of names, each with a pure function. A condition that is `directed`
 * takes the target for the reference; every other one says the same both ways, whichever side is the source.
 */
import { isJsonArray, type Json, member } from '../../model/json.ts';
import { isTalkativeElsewhere } from './debug-switches.ts';
import { isPairedByGuess } from './guessed-pair.ts';
import { isForwardedForAll, isForwardedOtherwise } from './forwards.ts';
import { isEndpointElsewhere, isHealthCheckGone, isWeakerHealthCheck } from './health-strength.ts';
import { type Condition, exchanged, type HeldField, ofEither } from './held-field.ts';
import { type ImageDifference, imageDifference } from './image-difference.ts';
import { isMountOfOtherKind, isTypeMismatch } from './kinds.ts';
import { isSameContent, isSingleNodeOnOneSide, type KubernetesRelation, kubernetesRelation } from './machines.ts';
import { isForFilesOfImage, isPersistenceLost, isVolumeOfImage } from './persistence.ts';
import { isSameButForPlace, isSameButForProject } from './places.ts';
import { isExposedOtherwise, isForDeveloper, isPublishedOtherwise } from './ports.ts';
import { isItselfForService, isListenedOtherwise, isOtherService } from './reached-hosts.ts';
import { isPlainSecretOnBoth, isSecretOnBoth, isSecretOnOne } from './secrecy.ts';

export interface NamedCondition {
  readonly holds: Condition;
  readonly directed: boolean;
  /** For people: what it asks. */
  readonly means: string;
}

const CONDITIONS: Readonly<Record<string, NamedCondition>> = {
  differs: mutual('there is any difference', () => true),
  missing_on_one_side: mutual(
    'one side lacks it',
    ({ source, target }) => isMissing(source.value) !== isMissing(target.value),
  ),
  missing_in_source: directed(
    'the source lacks it',
    ({ source, target }) => isMissing(source.value) && !isMissing(target.value),
  ),
  missing_in_target: directed(
    'the target lacks it',
    ({ source, target }) => !isMissing(source.value) && isMissing(target.value),
  ),
  resource_missing: mutual('one side lacks the resource as a whole', isResourceMissing),
  resource_undeclared: mutual(
    'one side alone has the resource, and no manifest declares it',
    (field) => isResourceMissing(field) && (field.source.resource ?? field.target.resource)?.declared === false,
  ),
  resource_absent: mutual(
    'one side lacks the resource as a whole, although its manifests declare it',
    (field) => isResourceMissing(field) && (field.source.isAbsent || field.target.isAbsent),
  ),
  paired_by_guess: mutual(
    'two services of other names are taken for one, and less than 75 % speaks for it',
    isPairedByGuess,
  ),
  type_mismatch: mutual('the two are of different kinds', isTypeMismatch),
  mount_of_other_kind: mutual(
    'it belongs to a mount that is a volume on one side and a path on the other',
    isMountOfOtherKind,
  ),
  local_on_one_side: mutual(
    'one side is of type local',
    ofEither(({ type }) => type === 'local'),
  ),
  talkative_elsewhere: mutual('one side alone is of type local, and the other says more than it', isTalkativeElsewhere),
  both_secret: mutual('both are secret, and the same but for that', isSecretOnBoth),
  one_secret: mutual('one alone is secret', isSecretOnOne),
  plain_secret: mutual('both look like secrets, and stand in the clear', isPlainSecretOnBoth),
  project_prefix: mutual('the two are the same but for the name of the project in front', isSameButForProject),
  host_dependent: mutual(
    'the two are the same but for hosts, ports, paths of the machine and names of the project',
    isSameButForPlace,
  ),
  other_service: mutual('the two are the same but for a host, and it is another service', isOtherService),
  itself_for_service: mutual(
    'the two are the same but for a host, by which one container reaches itself and the other a service',
    isItselfForService,
  ),
  listened_otherwise: mutual(
    'the two are the same but for an address to listen at, which is one of the machine alone on one side',
    isListenedOtherwise,
  ),
  same_repository_other_registry: mutual(
    'the same version of the same image, from another registry',
    byImage('registry'),
  ),
  patch_version: mutual('the same image in another patch version', byImage('patch')),
  minor_version: mutual('the same image in another minor version', byImage('minor')),
  major_version: mutual('the same image in another major version, or another minor one before 1.0', byImage('major')),
  unknown_version: mutual('the same image under tags that cannot be compared as versions', byImage('unknown')),
  other_variant: mutual('the same version of the same image, built on something else', byImage('variant')),
  other_digest: mutual('the same image under the same tag with another digest', byImage('other_digest')),
  digest_against_tag: mutual('the same image, by its digest on one side alone', byImage('digest_against_tag')),
  published_otherwise: mutual('the same port of it is published under another number or address', isPublishedOtherwise),
  exposed_otherwise: mutual('the same port of it is published to the machine alone on one side', isExposedOtherwise),
  port_for_developer: mutual(
    'a local side publishes to its machine alone what the other does not publish',
    ofEither(isForDeveloper),
  ),
  volume_of_image: mutual(
    'one side mounts a volume without a name, which begins with the files of the image, and the other nothing',
    ofEither(isVolumeOfImage),
  ),
  bind_for_image_files: mutual(
    'a local side mounts files of the repo where the other has those of the image',
    ofEither(isForFilesOfImage),
  ),
  persistence_lost: directed('the target keeps the data, and the source does not', isPersistenceLost),
  persistence_gained: directed('the source keeps the data, and the target does not', (field) =>
    isPersistenceLost(exchanged(field)),
  ),
  health_check_gone: directed('the target has a health check, and the source none', isHealthCheckGone),
  health_check_added: directed('the source has a health check, and the target none', (field) =>
    isHealthCheckGone(exchanged(field)),
  ),
  weaker_health_check: directed('the source finds it broken later than the target, or not at all', isWeakerHealthCheck),
  endpoint_elsewhere: mutual('the other side asks the same at another host or port', isEndpointElsewhere),
  isolation_lost: directed('the target is internal, and the source is not', isIsolationLost),
  isolation_gained: directed('the source is internal, and the target is not', (field) =>
    isIsolationLost(exchanged(field)),
  ),
  privileged_on_one_side: mutual(
    'one side alone gives a command all rights',
    ({ source, target }) => isPrivileged(source.value) !== isPrivileged(target.value),
  ),
  same_image_digest: mutual('both images of a machine have the same digest', isSameContent),
  forwarded_for_all: mutual('the same port inside is forwarded for the host alone on one side', isForwardedForAll),
  forwarded_otherwise: mutual(
    'the same port inside is forwarded from another number or address of the host',
    isForwardedOtherwise,
  ),
  kubernetes_unknown_version: mutual(
    // engine name: what every cluster runs, whichever engine runs the cluster
    'one side does not say which version of Kubernetes it has, or not as exactly as the other',
    byKubernetes('unknown'),
  ),
  // engine name: what every cluster runs, whichever engine runs the cluster
  kubernetes_patch_version: mutual('the same minor version of Kubernetes in another patch', byKubernetes('patch')),
  // engine name: what every cluster runs, whichever engine runs the cluster
  kubernetes_skew: mutual('versions of Kubernetes that are more than one minor version apart', byKubernetes('skew')),
  single_node_on_one_side: mutual('one side has a cluster of one node, and the other of more', isSingleNodeOnOneSide),
  unhealthy_on_one_side: mutual(
    'one side is unhealthy',
    ofEither(({ value }) => value === 'unhealthy'),
  ),
};

export const CONDITION_NAMES: readonly string[] = Object.keys(CONDITIONS);

/** `null` where there is none of that name. */
export function conditionNamed(name: string): NamedCondition | null {
  return Object.hasOwn(CONDITIONS, name) ? (CONDITIONS[name] ?? null) : null;
}

function mutual(means: string, holds: Condition): NamedCondition {
  return { holds, directed: false, means };
}

function directed(means: string, holds: Condition): NamedCondition {
  return { holds, directed: true, means };
}

function byImage(wanted: ImageDifference): Condition {
  return ({ source, target }) => imageDifference(source.value, target.value) === wanted;
}

function byKubernetes(wanted: KubernetesRelation): Condition {
  return ({ source, target }) => kubernetesRelation(source.value, target.value) === wanted;
}

function isResourceMissing({ names, source, target }: HeldField): boolean {
  return names.length === 0 && (source.resource === null) !== (target.resource === null);
}

function isMissing(value: Json): boolean {
  return value === null;
}

function isIsolationLost({ source, target }: HeldField): boolean {
  return target.value === true && source.value !== true;
}

/** Of commands that are run in a service beside its own. */
function isPrivileged(hooks: Json): boolean {
  return isJsonArray(hooks) && hooks.some((hook) => member(hook, 'privileged') === true);
}

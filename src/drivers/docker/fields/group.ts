/**
 * The shape of the files beside this one: a group of fields in both directions. What `request` writes into the call that
 * creates a container, `read` finds again in its inspect; whoever reads one file sees that they are inverse.
 */
import type { Address } from '../../../model/address.ts';
import type { Effect } from '../../../model/change.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import type { FieldPath } from '../../../model/field-path.ts';
import type { Facts } from '../../../model/observed.ts';
import type { Sealer, Secret } from '../../../model/secret.ts';
import type { FindObject, Unsupported } from '../../driver.ts';
import type {
  ContainerConfig,
  ContainerInspect,
  CreateVolumeBody,
  EndpointSettings,
  HostConfig,
  ImageInspect,
} from '../api/wire.ts';
import type { DockerFacts } from '../facts.ts';
import type { Names } from './names.ts';

/** What else is known where an inspect of a container is read. */
export interface ServiceView {
  /** The image that the container was created from; `null` where the engine no longer has it. */
  readonly image: ImageInspect | null;
  /** Whether the reference that the container was created with still means that image on this engine. */
  readonly imageResolves: boolean;
  readonly names: Names;
  readonly sealer: Sealer;
  /** Digests of mounted files by container path, as the process was last told of them; `null`: as the label says. */
  readonly content: Readonly<Record<string, string>> | null;
  readonly facts: DockerFacts;
}

/** A volume that a container mounts. */
export interface MountedVolume {
  /** The physical name. */
  readonly name: string;
  /** Of one that is ours: what makes it. */
  readonly made?: CreateVolumeBody;
  /** What is there has another driver than that, and stays. */
  readonly keepsDriver?: boolean;
}

/** What else goes into the request that creates a container. */
export interface BodyContext {
  readonly address: Address;
  readonly key: string;
  /** The physical name. */
  readonly name: string;
  readonly project: string;
  readonly environment: string;
  readonly facts: DockerFacts;
  /** Ownership and Compose's. */
  readonly labels: Readonly<Record<string, string>>;
  /** By manifest key. */
  readonly volumes: Readonly<Record<string, MountedVolume>>;
  readonly networks: Readonly<Record<string, { readonly name: string }>>;
  /** Anonymous volumes to carry over: their names by container path. */
  readonly anonymous: Readonly<Record<string, string>>;
  /** The image as it is on the engine now. */
  readonly image: ImageInspect | null;
  reveal(secret: Secret): string;
}

/** A part of the request; the parts of all groups are laid over each other, their labels joined. */
export interface RequestPart {
  readonly config?: ContainerConfig;
  readonly host?: HostConfig;
  readonly endpoints?: Readonly<Record<string, EndpointSettings>>;
}

/** Parts of a configuration, in its shape. */
export interface Reading {
  readonly configured: JsonObject;
  /** What the fields mean when they are left out. What is missing here too is then unset. */
  readonly defaults: JsonObject;
  /** Fields whose default nobody knows: what is there counts as one. */
  readonly assumed?: readonly FieldPath[];
}

/** One field on its way from one value to another; `null` is unset. */
export interface Transition {
  readonly names: readonly string[];
  readonly before: Json;
  readonly after: Json;
  /** `null` where no engine was asked. */
  readonly facts: Facts | null;
  /** The whole desired configuration. */
  readonly desired: JsonObject;
}

/** A field as it is wanted and as it is. */
export interface ValuePair {
  readonly names: readonly string[];
  readonly desired: Json;
  readonly observed: Json;
  readonly find: FindObject;
  /** The whole desired configuration. */
  readonly whole: JsonObject;
}

export interface FieldGroup {
  /** Where the fields of the group stand in a configuration. */
  readonly fields: readonly (readonly string[])[];
  /** Whether the defaults are the image's: where the image is gone, nobody knows them, and what is there counts as one. */
  readonly imageDefaults?: boolean;
  /** Whether the default is the engine's own choice for one container: nothing that a manifest should ever say. */
  readonly choosesDefault?: boolean;
  request(config: JsonObject, context: BodyContext): RequestPart;
  read(inspect: ContainerInspect, view: ServiceView): Reading;
  /** The fields as they are compared; as they stand where it is absent. */
  readonly comparable?: (config: JsonObject, facts: Facts | null) => JsonObject;
  /** Whether two values that differ structurally mean the same. Never asked for what lies above a field. */
  readonly equal?: (pair: ValuePair) => boolean;
  /** What a change takes; `replace` where it is absent. */
  readonly effect?: (transition: Transition) => Effect;
  /** What every engine refuses, or this one as its facts say. Everything else the engine says itself, when it is asked. */
  readonly unsupported?: (config: JsonObject, facts: Facts | null) => readonly Unsupported[];
}

/** Observed: what an engine reports now, projected into the shape of desired. */
import type { Address, ResourceType } from './address.ts';
import type { Revision } from './desired.ts';
import type { FieldPath } from './field-path.ts';
import type { JsonObject } from './json.ts';
import type { VmStatus } from './vm-status.ts';

/** What a driver learnt of the engine it is connected to; discovered, never inferred from the driver's name. */
export interface Facts extends JsonObject {
  readonly kind: string;
  readonly version: string;
}

/** How an engine says whose an object is: labels of Docker, metadata of libvirt, a registry entry of the process engine. */
export interface Ownership {
  readonly owner: string;
  readonly project: string;
  readonly environment: string;
  readonly address: Address;
  /** Which checkout the owner id stands for, to name it in conflicts; information only. */
  readonly checkout: string | null;
  /** Information, never compared. */
  readonly created_revision: string | null;
}

export type ObservedRunState =
  | 'created'
  | 'running'
  | 'paused'
  | 'restarting'
  | 'completed'
  | 'failed'
  | 'stopped'
  /** What it remembers is on disk, and nothing of it runs. */
  | 'suspended'
  | 'dead';

export type Health = 'healthy' | 'unhealthy' | 'starting' | 'none';

export interface ObservedStatus {
  readonly run_state: ObservedRunState | null;
  /** One sentence for people, such as `exited with status 1`. */
  readonly reason: string | null;
  /** ISO 8601. */
  readonly since: string | null;
  readonly exit_code: number | null;
  /** How often the engine restarted it by itself since it was started. */
  readonly restarts: number;
  /** Changes whenever the resource is started anew, so that a gate knows that its pass is void. */
  readonly incarnation: string | null;
  /** The engine's own verdict; `none` where it has none. */
  readonly health: Health;
  /** Of a VM: what it is at, where its run state alone does not say; absent elsewhere. */
  readonly vm_status?: VmStatus;
  /**
   * Facts for people: pid, image id, addresses. Of a VM what is known of `ssh_local_port`, `directory`, `created_at`,
   * `last_started` and `last_stopped`.
   */
  readonly details: JsonObject;
}

export interface ObservedObject {
  readonly type: ResourceType;
  readonly name: string;
  readonly id: string;
  /** When it was made, where another could get the same id, and where the engine tells; absent elsewhere. */
  readonly born?: string;
  /** `null` where nobody marked it as trueup's. */
  readonly ownership: Ownership | null;
  /** No label says whose it is: a manifest does, with `adopted`. */
  readonly claimed?: true;
  /** In the shape of `DesiredResource.config`; what the engine cannot hold is left out of both by the driver's model. */
  readonly configured: JsonObject;
  /**
   * What a field that is left out means for this object, in the shape of `configured`: the image's own command, say.
   * `configured` holds such values too, and a field left out is compared with them like a declared one.
   */
  readonly defaults?: JsonObject;
  /** Of these fields nobody knows the default, so that what is there counts as one; absent for none. */
  readonly assumed?: readonly FieldPath[];
  /** Of these fields nobody could be asked: `configured` has what was applied last, and that is said. Absent for none. */
  readonly unseen?: { readonly fields: readonly FieldPath[]; readonly reason: string };
  /**
   * Where the running thing still differs from `configured` until it is restarted: those fields alone, as it runs. What is
   * `null` there is set in `configured` only.
   */
  readonly effective: JsonObject | null;
  /** Whether removing it takes data along that no other object holds; absent: a volume does, and nothing else. */
  readonly holds_data?: boolean;
  /**
   * What is in it beyond what its configuration says, and would go with it without counting as data: phrases such as
   * `2 namespaces (shop, tools)`. Absent for nothing.
   */
  readonly goes_along?: readonly string[];
  /** Data that only what runs of it still has, since what held it is gone: lost with the next stop. Absent for nothing. */
  readonly last_copies?: readonly LastCopy[];
  readonly status: ObservedStatus;
}

export interface LastCopy {
  /** Of what held the data. */
  readonly address: Address;
  /** What a person does to save it. */
  readonly save: string;
}

export type Observation =
  | {
      readonly status: 'known';
      readonly engine: string;
      /** `null` where no engine was asked: the objects are those that a revision would leave there. */
      readonly facts: Facts | null;
      readonly objects: readonly ObservedObject[];
    }
  /** The engine is a declared VM or cluster that does not exist yet. */
  | { readonly status: 'absent'; readonly engine: string; readonly provided_by: Address }
  | {
      readonly status: 'unreachable';
      readonly engine: string;
      readonly error: string;
      readonly provided_by: Address | null;
      /** What it is in is on its way to be ready, and it with it; absent for what should answer by now. */
      readonly awaited?: true;
    };

/** What trueup last applied, and from which revision. Needed to name causes, never to find a difference. */
export interface RecordedResource {
  readonly engine: string;
  readonly name: string;
  readonly config: JsonObject;
  readonly revision: string | null;
  /** How the fields that rest on inputs were declared, by their paths; absent where none did, or nobody noted it. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** A run began to change it and did not end the change: what differs since is that run's doing, not the world's. */
  readonly unfinished: boolean;
  /** The objects that a person agreed to adopt (`adoptedAs`), as far as they were there last; absent for none. */
  readonly adopted?: readonly string[];
  /** Of a service with a health check; absent where no gate of it was ever looked at. */
  readonly gate?: GateVerdict;
}

/** What the gate of a service came to last: it is about what ran then, and about no later start. */
export interface GateVerdict {
  readonly met: boolean;
  /** ISO 8601. */
  readonly at: string;
  /** Why it was not met, known secrets masked; absent where nobody said so. */
  readonly reason?: string;
}

/** Where an environment stood at its last runs. */
export interface RecordedRevisions {
  /** The last run that carried out all of its plan. */
  readonly last_applied: Revision | null;
  /** The last run, however it ended. */
  readonly last_attempted: Revision | null;
  /** The last run after which every gate was met. */
  readonly last_healthy: Revision | null;
  /** Of what that one declared; absent where nobody has kept it. */
  readonly healthy_digest?: string;
  /** Whether the last run, of the whole or of a part, ended with every gate met. */
  readonly attempt_healthy: boolean;
}

/**
 * A revision that a run of the whole environment could not carry out. It is tried again when a person asks for it, and
 * lifted once it, or another one, is carried out.
 */
export interface Quarantine {
  /** Of the last attempt: another commit may want the same. */
  readonly revision: Revision;
  /** Of what was declared: the same commit may mean something else in a dirty tree, or with other inputs. */
  readonly digest: string;
  readonly run: string;
  /** ISO 8601: when it failed first. */
  readonly since: string;
  /** ISO 8601: when it failed last. */
  readonly at: string;
  readonly failed: readonly Address[];
  readonly reason: 'step_failed' | 'gate_not_met' | 'rolled_back';
  /** One sentence, known secrets masked. */
  readonly why: string;
  /** How often it failed. */
  readonly attempts: number;
}

export interface Recorded {
  readonly resources: Readonly<Record<Address, RecordedResource>>;
  /** Addresses that a person stopped on purpose. */
  readonly stopped: readonly Address[];
  /** Those of them that were suspended, and remember where they were; absent for none. */
  readonly suspended?: readonly Address[];
  readonly revisions: RecordedRevisions;
  readonly quarantine: Quarantine | null;
}

export const NOTHING_RECORDED: Recorded = {
  resources: {},
  stopped: [],
  revisions: { last_applied: null, last_attempted: null, last_healthy: null, attempt_healthy: true },
  quarantine: null,
};

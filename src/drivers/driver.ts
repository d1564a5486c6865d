/**
 * The driver contract. A driver is our code for one kind of engine and has three faces:
 *
 * - {@link DriverModel} is pure and works without an engine. Plan and compare know engines through it alone.
 * - {@link Observer} only reads. Every command that shows something is handed observers and nothing else, over a
 *   transport that refuses whatever writes.
 * - {@link Actuator} carries out one step at a time, and reaches into running resources for probes.
 *
 * A new engine is a new folder beside this file and one line in registry.ts; nothing else may need to know.
 */
import type { Duplex } from 'node:stream';
import type { Address, ResourceType } from '../model/address.ts';
import type { Change, Effect } from '../model/change.ts';
import type { DiagnosticCode } from '../model/codes.ts';
import type { ClaimStore } from '../model/claim.ts';
import type { ListedObject } from '../model/coverage.ts';
import type { DesiredResource, EngineDeclaration } from '../model/desired.ts';
import type { FieldPath } from '../model/field-path.ts';
import type { FilesystemChange } from '../model/filesystem.ts';
import type { ForeignSelection, ForeignView } from '../model/foreign.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Facts, Observation, ObservedObject } from '../model/observed.ts';
import type { Step, StepPhase } from '../model/plan.ts';
import type { Rung } from '../model/readiness.ts';
import type { Sealer } from '../model/secret.ts';
import type { AccelerationTrial } from './acceleration-trial.ts';
import type { ClusterSights } from './cluster-faces.ts';
import type { EngineEvent } from './engine-event.ts';
import type { EngineSight } from './engine-sight.ts';
import type { LogLine, LogOptions } from './log-line.ts';
import type { ConnectTarget, Dial, ExecOptions, ExecResult } from './reach.ts';
import type { SavedImages } from './saved-images.ts';
import type { ObjectReference, Scope } from './scope.ts';
import type { StepContext } from './step-context.ts';
import type { VmActions, VmSights } from './vm-faces.ts';

/** A field that this engine cannot honour: becomes a diagnostic at the line of the field. */
export interface Unsupported {
  readonly field_path: FieldPath;
  readonly summary: string;
  readonly detail: string | null;
}

/** What an engine makes otherwise than its owner may think: a warning at the line of the field, once however many it is true of. */
export interface Notice extends Unsupported {
  readonly code: DiagnosticCode;
}

/** Brought along by another resource, which uses it. */
export interface ImpliedResource {
  readonly resource: DesiredResource;
  /** Of the resource that brings it along. */
  readonly field_path: FieldPath;
}

/** A step as the model asks for it; plan adds the id, the engine, the cause and the order between resources. */
export interface StepSpec {
  readonly verb: string;
  readonly phase: Exclude<StepPhase, 'gate'>;
  /** Usually the resource that changes; a neighbour where one must be stopped, detached or reattached. */
  readonly address: Address;
  readonly args: JsonObject;
}

export interface StepsContext {
  readonly facts: Facts | null;
  readonly project: string;
  readonly environment: string;
  readonly desired: ReadonlyMap<Address, DesiredResource>;
  /** Ours on this engine, by address. */
  readonly observed: ReadonlyMap<Address, ObservedObject>;
  /** What the plan removes or makes anew: its users let go of it first, so nothing that uses it can be prepared ahead. */
  readonly remade: ReadonlySet<Address>;
  readonly find: FindObject;
  /** Whether `destroy --volumes` or a deletion policy allows the loss of data. */
  readonly destroyData: boolean;
  /**
   * Whether what a change takes away is kept aside, under `asideName`, until the gate of what takes its place is open:
   * then the steps of the change end with `discard` and `recover`. A successor may run beside what it replaces, under a
   * name of its own, only where the two cannot get into each other's way; `settle` then gives it the place.
   */
  readonly keepsAside: boolean;
  /** What an earlier run has set aside and neither discarded nor brought back: it, not what stands in its place, worked. */
  readonly aside: ObservedObject | null;
}

/** Whatever was observed under a name on the same engine, whoever it belongs to; `null` where nothing was. */
export type FindObject = (object: ObjectReference) => ObservedObject | null;

/** Pure. No clock, no I/O, no engine needed. */
export interface DriverModel {
  readonly resourceTypes: readonly ResourceType[];
  /**
   * Types whose address is written on the object for good. Under the same name the object is the same thing, whatever
   * address it carries: a new key alone is no change.
   */
  readonly addressedForGood: readonly ResourceType[];
  /** What a declaration of such an engine may set beside its driver. */
  readonly settings: readonly string[];
  /**
   * What this engine cannot honour of a resource: by itself, asked without facts when manifests are read; and beyond that
   * given the facts of a connection.
   */
  unsupported(resource: DesiredResource, facts: Facts | null): readonly Unsupported[];
  /** What is carried out, and worth a warning given the facts of a connection. Absent for nothing. */
  notices?(resource: DesiredResource, facts: Facts | null): readonly Notice[];
  /**
   * What a resource brings along that is an object of its own on this engine, such as the disks of a VM: each with the field
   * that declares it. It is planned like what is declared, and what brings it along uses it. Absent for nothing.
   */
  implied?(resource: DesiredResource): readonly ImpliedResource[];
  /** The part of a desired or recorded configuration that this engine can read back; the rest is not compared. */
  comparable(type: ResourceType, config: JsonObject, facts: Facts | null): JsonObject;
  /**
   * Whether two values of one field mean the same to this engine. Asked only where they differ structurally. `find` is for
   * values that name another object, such as an image under two tags. `whole` is the whole desired configuration, for values
   * whose meaning hangs on a neighbouring field.
   */
  equal(
    type: ResourceType,
    path: FieldPath,
    desired: Json,
    observed: Json,
    find: FindObject,
    whole?: JsonObject,
  ): boolean;
  /**
   * Whether the default of a field is the engine's own choice for one object, such as a host name made of its id: nothing that
   * a manifest should ever say. Absent for never.
   */
  choosesDefault?(type: ResourceType, path: FieldPath): boolean;
  /** How many nodes the configuration of a cluster makes: a control plane is none everywhere. Absent where no clusters are run. */
  nodeCount?(config: JsonObject): number;
  /**
   * What it takes to get from one value to another. `before` or `after` is `null` where the field is not set. `desired`
   * is the whole desired configuration, for effects that hang on a neighbouring field.
   */
  effect(
    type: ResourceType,
    path: FieldPath,
    before: Json,
    after: Json,
    facts: Facts | null,
    desired?: JsonObject,
  ): Effect;
  /**
   * The engine calls that carry out a change, in the order in which they must happen: whatever takes down before whatever
   * builds, but for a successor that is prepared ahead where nothing that it uses is in `remade`. They rest on
   * `change.differences`, not on everything in which `before` and `after` differ: what is not listed stays as it is. A
   * restart or a replacement also gives the new name, where `previous_address` says that there is one. A step on a neighbour finds it by id, then by name, and is done when the neighbour is gone; neighbours
   * that are themselves made or removed by the plan need none, and theirs are dropped.
   */
  steps(change: Change, context: StepsContext): readonly StepSpec[];
  /**
   * What a step does to the command of the service that it is about: hooks are run after its start and before its stop.
   * `null` where the command goes on as it is, or nothing of it runs.
   */
  life(step: Pick<StepSpec, 'verb' | 'args'>): 'start' | 'stop' | null;
  /** Of a step that is a stop in that sense: whether what it stops remembers where it was. Absent for never. */
  suspends?(step: Pick<StepSpec, 'verb' | 'args'>): boolean;
}

/** Only reads. Every method may be called at any time, also concurrently, and leaves the world as it was. */
export interface Observer {
  /**
   * Everything of the scope, in one consistent look as far as the engine allows. Ours is what carries one of the owner
   * ids and the environment's name, whatever its project. Never throws for an engine that does
   * not answer: that is `unreachable`, and never the same as empty. A throw is a defect or the signal's abort reason.
   */
  observe(scope: Scope, signal: AbortSignal): Promise<Observation>;
  /**
   * The same answer for less: an object that was looked at before is not asked for again where its events, heard since
   * without a gap, and a list that the engine gives now both say that it is as it was; only what its last health check
   * printed may be older. Without `events` under way, and of a scope with `only`, it is `observe`. Absent where an engine
   * answers fast enough as it is.
   */
  observeAgain?(scope: Scope, signal: AbortSignal): Promise<Observation>;
  /**
   * What stands on the engine, whoever made it: containers, volumes and networks, from lists alone, without what the engine
   * makes for itself, the nameless data of what is managed, and what trueup keeps there for itself. `null` where the engine
   * does not answer. Absent where nothing but trueup makes things.
   */
  listAll?(signal: AbortSignal): Promise<readonly ListedObject[] | null>;
  /**
   * What trueup did not make, as `observe` would see it, with what it uses: what an import begins with. Never throws for an
   * engine that does not answer: that is `unreachable`. Absent where nothing but trueup makes things.
   */
  observeForeign?(selection: ForeignSelection, signal: AbortSignal): Promise<ForeignView>;
  /**
   * What is otherwise in a service's own files than in what it was made from, without what is mounted and what the engine
   * puts there by itself. `id` is that of an observed object; of one that is gone there is nothing. `null` where the engine
   * does not answer. Absent where services have no files of their own.
   */
  filesystemChanges?(id: string, signal: AbortSignal): Promise<readonly FilesystemChange[] | null>;
  /**
   * Images as one tar archive, with every tag by which they are asked for, such as engines of containers load. Rejects before its
   * first byte with `object_missing` where the engine lacks one, which it names. Absent where nothing is made from images.
   */
  saveImages?(references: readonly string[], signal: AbortSignal): Promise<SavedImages>;
  /**
   * What happens to objects of the scope from the first `next()` on. Ends, without an error, when the signal aborts; says `gap` whenever
   * it may have missed something. Never throws for a lost connection: it reconnects and says `gap`.
   * With `since`, the time of an event, an engine that remembers them begins with those from then on, behind the first `gap`:
   * it may have forgotten some.
   */
  events(scope: Scope, signal: AbortSignal, since?: string): AsyncIterable<EngineEvent>;
  /**
   * The rungs of a VM or a cluster that runs, lowest first, up to the first that is not met: what lies above that is not asked
   * for. A rung without declared means is left out. `config` is the desired configuration. Never throws for what does not
   * answer: that is a rung that is not met. Absent where nothing of the kind is run.
   */
  readiness?(object: ObjectReference, config: JsonObject, signal: AbortSignal): Promise<readonly Rung[]>;
  /** Absent where no clusters are run. */
  readonly clusters?: ClusterSights;
  /** Absent where no VMs are run. */
  readonly machines?: VmSights;
  /** Lines in the order written. With `follow` it goes on until the signal aborts or the object is removed. */
  logs(object: ObjectReference, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine>;
  /** Frees connections. Idempotent. The observer is of no use afterwards. */
  close(): Promise<void>;
}

export interface Actuator {
  /**
   * Carries out one step. Idempotent by name and precondition: repeating a step that took effect succeeds without a
   * second effect. A throw means that the step did not, or not wholly, take effect; the next observation shows what is
   * there, and what is half-made is recognisable by name and ownership and cleaned up by the next run's steps.
   * Resolves with facts for people (ids, pids). Aborting ends the wait; what was begun may still take effect. Steps on
   * one object may come at once where two resources reach into it; the driver serialises them.
   */
  run(step: Step, context: StepContext): Promise<JsonObject>;
  /**
   * Runs a command inside a running resource as its own command runs (user, environment, working directory). A command
   * that cannot be started, is not found or fails resolves with its exit status, 126 or 127 as a shell would say it;
   * rejects with `not_running` when the resource is not running, or not there. `config` is the desired configuration, whose
   * environment applies. Aborting kills the command where the engine can.
   */
  exec(
    object: ObjectReference,
    config: JsonObject,
    command: readonly string[],
    options: ExecOptions,
  ): Promise<ExecResult>;
  /**
   * A byte stream to a port or socket of a resource. A port is the one of the host where the resource publishes it, else
   * its own. Rejects when nobody listens. The caller destroys the stream. `config` is the desired configuration, whose ways
   * in apply; absent for what needs none.
   */
  connect(object: ObjectReference, target: ConnectTarget, signal: AbortSignal, config?: JsonObject): Promise<Duplex>;
  /**
   * The data of a volume as a tar archive: paths relative to its root, owners, modes, times and links kept. Leaves the
   * volume as it is, but may make something of its own on the engine while it reads; the caller sees to it that nobody writes. Absent where the engine has no volumes that can be read.
   */
  readVolume?(name: string, context: StepContext): AsyncIterable<Uint8Array>;
  /**
   * Empties a volume and fills it from such an archive. Not idempotent half-way: after a throw the volume holds a part, and
   * is to be filled again.
   */
  writeVolume?(name: string, archive: AsyncIterable<Uint8Array>, context: StepContext): Promise<void>;
  /**
   * Puts images into every node of a cluster that runs, from a tar archive as engines of containers save it. Absent where no
   * clusters are run, and where they run no containers; the latter may reject with `unsupported` as well.
   */
  loadImages?(
    object: ObjectReference,
    archive: string,
    context: Pick<StepContext, 'signal' | 'progress'>,
  ): Promise<void>;
  /** Absent where no VMs are run. */
  readonly machines?: VmActions;
  /** Frees connections. Idempotent. Started resources stay as they are. */
  close(): Promise<void>;
}

export interface Driver {
  readonly name: string;
  readonly model: DriverModel;
  /** What a declaration means, in one text: however an engine is named or reached, it is the same text. */
  identity(engine: EngineDeclaration): string;
  /**
   * Connects for reading. Does not throw for an engine that is down: `observe` says so. Engines that give secrets back in
   * the clear have them sealed by their observer, so that they compare with desired and never stand in an observation.
   * `dial` is the way to an engine that is `inside` a VM, and the only one.
   */
  observer(engine: EngineDeclaration, sealer: Sealer, dial?: Dial): Promise<Observer>;
  /** Connects for changing. */
  actuator(engine: EngineDeclaration, dial?: Dial): Promise<Actuator>;
  /**
   * These engines, in the same order, and then others of this kind that the machine seems to have. Only reads, and never
   * rejects for an engine that does not answer. Absent where there is nothing to tell beyond what an observation says.
   */
  survey?(engines: readonly EngineDeclaration[], signal: AbortSignal): Promise<readonly EngineSight[]>;
  /**
   * Boots what a VM boots with the help of the hardware, in something that is thrown away afterwards, and keeps for observers
   * and actuators of this machine whether it came up. Resolves for one that does not, within its own deadline; rejects where
   * nothing could be tried. Idempotent. Absent where engines accelerate by themselves, or never.
   */
  tryAcceleration?(
    engine: EngineDeclaration,
    vm: DesiredResource,
    context: Pick<StepContext, 'signal' | 'progress'>,
  ): Promise<AccelerationTrial>;
  /**
   * Where callers on several machines claim locks on an engine that they all reach; `null` for an engine that only this
   * machine reaches, whose locks need no more than this machine. Nothing is asked before the first call. What it keeps is
   * never observed, pruned or counted as anybody's. With `read` its transport refuses whatever writes.
   */
  claims?(engine: EngineDeclaration, access: 'read' | 'change'): Promise<ClaimStore | null>;
}

/** Drivers by name. Loading a driver loads its engine's client, so it happens only when a resource needs it. */
export interface DriverRegistry {
  readonly names: readonly string[];
  /** `null` when no driver has this name. */
  load(name: string): Promise<Driver | null>;
}

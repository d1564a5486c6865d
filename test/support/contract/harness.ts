/** What the contract suite needs to know of an engine: how to describe things that it can run, and how to act as the world. */
import type { Driver } from '../../../src/drivers/driver.ts';
import type { ObjectReference } from '../../../src/drivers/scope.ts';
import type { DesiredResource, EngineDeclaration } from '../../../src/model/desired.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Sealer, Vault } from '../../../src/model/secret.ts';

/** Powers that not every engine has. What a driver lacks is declared with the reason, and skipped by name. */
export const CAPABILITIES = [
  'volumes',
  /** Their names are their own, and no matter of what has them. */
  'renamed_volumes',
  /** What they hold comes out of them, and goes into them, as an archive. */
  'archives',
  /** What a volume holds can be replaced while its users are there. */
  'refill',
  'networks',
  'ports',
  'pause',
  /** What runs may end by itself, and is then done, or has failed. */
  'ends',
  /** What a change takes away can be kept aside until the change has worked. */
  'asides',
  'secrets',
  'exec',
  'connect',
  'logs',
  'events',
  /** A declaration that leads to no engine. */
  'unreachable',
  /** It may answer, and not for all that it has. */
  'partial_answers',
  /** Some field changes without a restart, by a restart, or only by replacing. */
  'in_place_fields',
  'restart_fields',
  'replace_fields',
  /** Making one takes no time that would be worth a word: it can be done for each step of each check. */
  'quick_making',
  /** What was killed can be told from what was stopped. */
  'killed_is_told',
  /** What runs has variables of its own, and so have the commands that are run in it. */
  'environment',
] as const;

export type Capability = (typeof CAPABILITIES)[number];

export type Lacks = Readonly<Partial<Record<Capability, string>>>;

/** What a service is to do. */
export type Program =
  /** Runs until it is stopped. */
  | 'runs'
  | 'exits_0'
  | 'exits_1'
  /** Listens on a TCP port that it declares. */
  | 'listens'
  /** Writes the lines `line 1`, `line 2`, `line 3`, then what {@link ContractWorld.write} tells it, and runs. */
  | 'writes';

export interface ContractWorld {
  /** Ends its process by force. */
  kill(service: string): Promise<void>;
  /** Freezes its processes. */
  pause(service: string): Promise<void>;
  /** Takes it away by the engine's own means, whatever runs in it. */
  remove(object: ObjectReference): Promise<void>;
  /** Has a service of the program `writes` write one more line. */
  write(service: string, line: string): Promise<void>;
  /** Puts data into a volume, and reads it back; `null` when it is gone. */
  writeData(volume: string, data: string): Promise<void>;
  readData(volume: string): Promise<string | null>;
  /**
   * Makes the engine answer for a part of what it has, volumes among what it does not tell, and gives back what ends that. Absent
   * where `partial_answers` is lacking.
   */
  hideVolumes?(): Promise<() => Promise<void>>;
  /** All that the engine holds, as text, but for what passes by itself, such as time. */
  snapshot(): Promise<string>;
}

/** Commands for `exec` that the engine's services can run. */
export interface ContractCommands {
  print(text: string): readonly string[];
  exit(status: number): readonly string[];
  /** Prints the value of a variable and nothing else. */
  printVariable(name: string): readonly string[];
  /** Prints so many bytes, the last of them `!`. */
  fill(bytes: number): readonly string[];
  readonly hang: readonly string[];
}

export interface ContractHarness {
  readonly driver: Driver;
  readonly engine: EngineDeclaration;
  readonly unreachable: EngineDeclaration | null;
  readonly world: ContractWorld;
  readonly commands: ContractCommands;
  readonly vault: Vault;
  /** The counterpart of the vault, where the engine gives secrets back in plain text. */
  readonly sealer?: Sealer;
  /** What every service uses and somebody else made: it is there from the first moment on. */
  readonly external?: readonly DesiredResource[];
  /** A service as the loader would hand it over; `config` is merged over its configuration (RFC 7396). */
  service(key: string, program: Program, config?: JsonObject): DesiredResource;
  /** `null` where the engine has none. */
  volume(key: string): DesiredResource | null;
  network(key: string): DesiredResource | null;
  /** The service with the volume of that key mounted, or on the network of that key. */
  mounting(service: DesiredResource, volume: DesiredResource): DesiredResource;
  joining(service: DesiredResource, network: DesiredResource): DesiredResource;
  /** The TCP port that a service of the program `listens` declares. */
  portOf(service: DesiredResource): number;
  /** Changes of a configuration that take no more, and no less, than their name says. */
  readonly edits: Readonly<Record<'in_place' | 'restart' | 'replace', JsonObject | null>>;
  /** Resolves once the making of one of that name has begun to show, where making it whole takes long. */
  begun?(name: string, signal: AbortSignal): Promise<void>;
  /** After how many milliseconds steps are cut off, where they take so long that the usual moments are all at their begin. */
  readonly cutsMs?: readonly number[];
  /** How many services at once are many, where each is a world of its own. */
  readonly many?: number;
  /** Ends whatever was started, and leaves nothing behind. */
  end(): Promise<void>;
}

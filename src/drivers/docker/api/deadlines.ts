/** How long each kind of call may take, in milliseconds. An engine under load is slow, a frozen one never answers. */

export interface Deadlines {
  /** Until a connection stands, and until a new one has got its first answer. */
  readonly connect: number;
  /** Beside that, of an engine in a VM: until a way in is there, which somebody has to be let in for. */
  readonly way: number;
  /** Until a sign of life. */
  readonly pulse: number;
  readonly read: number;
  readonly create: number;
  readonly start: number;
  /** Beside the grace time that the stop itself takes. */
  readonly stop: number;
  readonly remove: number;
  /** Any other change. */
  readonly write: number;
  /** How long a pull or an upload may be silent. */
  readonly silence: number;
}

export const DEADLINES: Deadlines = {
  connect: 10_000,
  way: 20_000,
  pulse: 5000,
  read: 30_000,
  create: 60_000,
  start: 60_000,
  stop: 30_000,
  remove: 60_000,
  write: 60_000,
  silence: 120_000,
};

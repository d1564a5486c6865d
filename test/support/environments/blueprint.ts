/**
 * Blueprints: small environments in a form that is easy to make up, to shrink and to edit. Everything has a fixed place;
 * what is not `present` is not declared, and whatever points at it points at nothing.
 */
import type { DependencyCondition } from '../../../src/model/desired.ts';

export interface Need {
  /** Which of the services before this one, counted around. */
  readonly on: number;
  readonly condition: DependencyCondition;
  readonly optional: boolean;
  readonly restart: boolean;
}

export interface ServiceBlueprint {
  readonly present: boolean;
  readonly image: number;
  readonly pull: 'missing' | 'always';
  /** Leaves its command and its variable to its image, where it does not have to behave otherwise. */
  readonly bare: boolean;
  readonly variable: string;
  /** Runs to its end instead of going on. */
  readonly once: boolean;
  /** Stopped on purpose, unless something depends on it. */
  readonly stopped: boolean;
  /** How it is known to be healthy. */
  readonly health: 'none' | 'test' | 'endpoint';
  /** Words of the command that make it behave otherwise. */
  readonly behaviour: readonly string[];
  readonly needs: readonly Need[];
  readonly volumes: readonly number[];
  readonly networks: readonly number[];
  /** Whether it publishes a port of its own. */
  readonly published: boolean;
  readonly alias: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly memory_limit: string | null;
  readonly cpu_limit: number | null;
}

export interface VolumeBlueprint {
  readonly present: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly size: string | null;
  readonly deletion_policy: 'retain' | 'delete';
  readonly protect: boolean;
}

export interface NetworkBlueprint {
  readonly present: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly internal: boolean;
}

export interface EnvironmentBlueprint {
  readonly services: readonly ServiceBlueprint[];
  readonly volumes: readonly VolumeBlueprint[];
  readonly networks: readonly NetworkBlueprint[];
}

export const ENGINE = 'simulated';
export const PROJECT = 'shop';

/** A service that runs and needs nothing, but for what is given. */
export function plainService(part: Partial<ServiceBlueprint> = {}): ServiceBlueprint {
  return {
    present: true,
    image: 0,
    pull: 'missing',
    bare: false,
    variable: 'fast',
    once: false,
    stopped: false,
    health: 'none',
    behaviour: [],
    needs: [],
    volumes: [],
    networks: [],
    published: true,
    alias: null,
    labels: {},
    memory_limit: null,
    cpu_limit: null,
    ...part,
  };
}

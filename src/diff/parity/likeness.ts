/**
 * How much speaks for it that two services of different names are one: the weight of what is the same, as a share of the weight of
 * all that there is to compare. The names count as well, and always against it, so that nothing is ever certain. Pure.
 *
 * The weights and the threshold are one choice. The same image and nothing else to go by is just enough (0.4 of 0.65); with other
 * ports it is not (0.4 of 0.9), with other ports and the same neighbours neither (0.75 of 1.25), with the same ports and
 * other dependencies it is (0.65 of 1.05).
 */
import { isSameRepository } from './image-reference.ts';
import type { KnownNeighbours, KnownTraits } from './known-neighbours.ts';

/** Services below are two, and each is missing on the other side. */
const THRESHOLD = 0.61;

const WEIGHTS = { program: 0.4, names: 0.25, ports: 0.25, command: 0.2, needs: 0.15, neededBy: 0.2 };

export interface Likeness {
  /** 0 to 1, to two places. */
  readonly confidence: number;
  readonly evidence: readonly string[];
}

/** The same both ways. `null` where they are two. */
export function likeness(source: KnownTraits, target: KnownTraits): Likeness | null {
  if (!isSameProgram(source, target)) return null;
  // `null` where there is nothing to compare.
  const ports = isSameText(source.ports, target.ports);
  const command = isSameText(source.command, target.command);
  const needs = areSame(source.needs, target.needs);
  const neededBy = areSame(source.neededBy, target.neededBy);
  const whole =
    WEIGHTS.program +
    WEIGHTS.names +
    weightIf(ports !== null, WEIGHTS.ports) +
    weightIf(command !== null, WEIGHTS.command) +
    weightIf(needs !== null, WEIGHTS.needs) +
    weightIf(neededBy !== null, WEIGHTS.neededBy);
  const same =
    WEIGHTS.program +
    weightIf(ports === true, WEIGHTS.ports) +
    weightIf(command === true, WEIGHTS.command) +
    weightIf(needs === true, WEIGHTS.needs) +
    weightIf(neededBy === true, WEIGHTS.neededBy);
  const confidence = Math.round((same / whole) * 100) / 100;
  if (confidence < THRESHOLD) return null;
  const evidence = [
    source.image === null ? 'the same command' : 'the same image',
    ...(ports === true ? ['the same ports'] : []),
    ...(command === true ? ['the same command'] : []),
    ...(needs === true ? ['the same dependencies'] : []),
    ...(neededBy === true ? ['needed by the same services'] : []),
  ];
  return { confidence, evidence };
}

/** Processes of one group have one command already. */
function isSameProgram(source: KnownTraits, target: KnownTraits): boolean {
  if (source.group !== target.group) return false;
  return source.image === null || target.image === null || isSameRepository(source.image, target.image);
}

function isSameText(source: string, target: string): boolean | null {
  return source === '' && target === '' ? null : source === target;
}

function areSame(source: KnownNeighbours, target: KnownNeighbours): boolean | null {
  if (source.count !== target.count) return false;
  return source.known === '' && target.known === '' ? null : source.known === target.known;
}

function weightIf(counts: boolean, weight: number): number {
  return counts ? weight : 0;
}

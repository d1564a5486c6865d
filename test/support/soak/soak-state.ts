/**
 * What is declared in a soak: a few small environments, each with a database behind a gate, a web service that depends on it,
 * and workers, on either engine. The whole of it stands in the repo itself as well, so that it follows git wherever that goes.
 */
import type { Random } from '../chaos/random.ts';

export type SoakEngine = 'docker' | 'process';

export interface EnvironmentShape {
  /** Of every service: another one replaces all of them. */
  readonly colour: string;
  /** Its health never passes. */
  readonly isSick: boolean;
  readonly workers: number;
}

export const ENVIRONMENTS = ['alpha', 'beta', 'gamma', 'delta'] as const;

export type EnvironmentName = (typeof ENVIRONMENTS)[number];

/** `null`: its manifests are gone. */
export type SoakState = Readonly<Record<EnvironmentName, EnvironmentShape | null>>;

/** Where the state stands in the repo. */
export const STATE_FILE = 'soak.json';

/** Of delta, drift is reported and not healed; what fails in gamma is left as it is. */
const POLICIES: Readonly<Record<EnvironmentName, string>> = {
  alpha: 'drift: heal, on_failure: rollback',
  beta: 'drift: heal, on_failure: rollback, rollback: environment',
  gamma: 'drift: heal, on_failure: stop',
  delta: 'drift: report, on_failure: rollback',
};

export function goodState(colour: string): SoakState {
  const shape: EnvironmentShape = { colour, isSick: false, workers: 1 };
  return { alpha: shape, beta: shape, gamma: shape, delta: shape };
}

/** Another good shape. */
export function drawShape(random: Random): EnvironmentShape {
  return { colour: `colour${random.below(1_000_000)}`, isSick: false, workers: random.below(3) };
}

/** Keys are unique among all environments. */
export function serviceKeys(name: EnvironmentName, { workers }: EnvironmentShape): readonly string[] {
  return ['db', 'web', ...Array.from({ length: workers }, (_, index) => `worker${index}`)].map(
    (key) => `${name}-${key}`,
  );
}

/** As the engines call it. */
export function physicalName(key: string): string {
  return `${key.split('-')[0] ?? ''}-${key}-1`;
}

/** Every service that is declared, with its colour. */
export function declaredColours(state: SoakState): ReadonlyMap<string, string> {
  const colours = ENVIRONMENTS.flatMap((name) => {
    const shape = state[name];
    return shape === null ? [] : serviceKeys(name, shape).map((key) => [key, shape.colour] as const);
  });
  return new Map(colours);
}

export function manifestPath(name: EnvironmentName): string {
  return `environments/${name}/environment.yaml`;
}

/** The manifest of one environment. */
export function manifestOf(engine: SoakEngine, name: EnvironmentName, shape: EnvironmentShape): string {
  const services = serviceKeys(name, shape).map((key) => serviceOf(engine, name, key, shape));
  return `name: ${name}
project: ${name}
policies: { ${POLICIES[name]} }
services:
${services.join('')}volumes: { data: {} }
`;
}

function serviceOf(engine: SoakEngine, name: EnvironmentName, key: string, shape: EnvironmentShape): string {
  const isDocker = engine === 'docker';
  const isDatabase = key.endsWith('-db');
  const isWeb = key.endsWith('-web');
  const health = shape.isSick && isWeb ? 'bad' : 'good';
  const restart = name === 'alpha' ? ', restart: unless-stopped' : '';
  const program = isDocker
    ? `container: { image: 'busybox:1', init: true${restart}, command: [sleep, "100000"] }`
    : 'process: { command: [sleep, "100000"], stop_grace_period: 1s }';
  // Who is to fail fails soon, and who is to work may take long for it.
  const timing = health === 'bad' ? 'interval: 4s, timeout: 4s' : 'interval: 10s, timeout: 10s';
  const check = `health_check: { test: [CMD-SHELL, 'test "$$HEALTH" = good'], ${timing}, retries: 2 }`;
  return [
    `  ${key}:`,
    ...(isDatabase
      ? ['    type: infrastructure', `    storage: { volumes: ['data${isDocker ? ':/data' : ''}'] }`]
      : []),
    `    ${program}`,
    `    environment_variables: { COLOUR: ${shape.colour}, HEALTH: ${health} }`,
    ...(isDatabase || isWeb ? [`    ${check}`] : []),
    ...(isWeb ? [`    dependencies: { ${name}-db: { condition: service_healthy } }`] : []),
    '',
  ].join('\n');
}

/**
 * The shop that is treated badly: a database behind a gate with precious data, a web service that depends on it, and workers.
 * One environment in as many shapes as a state has fields, on either engine.
 */
import { MANIFEST } from '../shop.ts';

export type ShopEngine = 'docker' | 'process';

export interface ShopState {
  /** Of every service: another one replaces all of them. */
  readonly colour: string;
  /** Whose health never passes. */
  readonly sick: 'nobody' | 'db' | 'web';
  readonly onFailure: 'stop' | 'rollback' | 'continue';
  readonly extent: 'service' | 'environment';
  readonly workers: number;
  /** Whether the database is left as it is when the colour changes. */
  readonly isDatabaseSteady: boolean;
  /** Of containers. */
  readonly image: 'busybox:1' | 'busybox:2';
  /** The physical name of the volume: another one moves its data. */
  readonly volume: (typeof VOLUMES)[number];
  readonly isBackedUp: boolean;
}

/** Where the data of the database may be. */
export const VOLUMES = ['shop_data', 'shop_store'] as const;

export const GOOD: ShopState = {
  colour: 'red',
  sick: 'nobody',
  onFailure: 'rollback',
  extent: 'service',
  workers: 1,
  isDatabaseSteady: false,
  image: 'busybox:1',
  volume: 'shop_data',
  isBackedUp: false,
};

/** One for each process that tests, so that two of them can go on at once. */
const PORT = 20_000 + (process.pid % 10_000);

/** The files of the repo. */
export function shopFiles(engine: ShopEngine, state: ShopState): Readonly<Record<string, string>> {
  const { onFailure, extent, volume, isBackedUp } = state;
  const rollback = extent === 'environment' ? ', rollback: environment' : '';
  return {
    [MANIFEST]: `name: local
project: shop
policies: { on_failure: ${onFailure}${rollback} }
services:
${servicesOf(engine, state)}volumes: { data: { name: ${volume}, metadata: { backup_enabled: ${isBackedUp}, backups_kept: 2 } } }
${engine === 'docker' ? 'networks: { front: {}, back: {} }\n' : ''}`,
  };
}

/** Their keys. */
export function serviceKeys({ workers }: ShopState): readonly string[] {
  return ['db', 'web', ...Array.from({ length: workers }, (_, index) => `worker${index}`)];
}

/** What the services are told, as it must stand in their environment. */
export function colourOf(key: string, { colour, isDatabaseSteady }: ShopState): string {
  return key === 'db' && isDatabaseSteady ? 'steady' : colour;
}

function servicesOf(engine: ShopEngine, state: ShopState): string {
  const isDocker = engine === 'docker';
  const data = isDocker ? '/data' : '$$TRUEUP_VOLUME_DATA';
  const program = (command: string): string =>
    isDocker
      ? `container: { image: '${state.image}', init: true, restart: unless-stopped, command: ${command} }`
      : `process: { command: ${command}, stop_grace_period: 1s }`;
  const networks = (...names: readonly string[]): string => (isDocker ? `, networks: [${names.join(', ')}]` : '');
  const told = (key: string): string =>
    `environment_variables: { COLOUR: ${colourOf(key, state)}, HEALTH: ${state.sick === key ? 'bad' : 'good'} }`;
  // Who is to fail fails soon, and who is to work may take long for it.
  const timing = (key: string): string =>
    state.sick === key ? 'interval: 700ms, timeout: 700ms' : 'interval: 10s, timeout: 10s';
  const health = (key: string, test: string): string =>
    `health_check: { test: [CMD-SHELL, '${test}'], ${timing(key)}, retries: 4 }`;
  const sleep = '[sleep, "100000"]';
  const db = `  db:
    type: infrastructure
    ${program(`[sh, -c, 'test -e "${data}/precious" || echo made > "${data}/precious"; exec sleep 100000']`)}
    storage: { volumes: ['data${isDocker ? ':/data' : ''}'] }
    ${told('db')}
    ${health('db', `test -s "${data}/precious" && test "$$HEALTH" = good`)}
${isDocker ? '    networking: { networks: [back] }\n' : ''}`;
  const web = `  web:
    ${program(sleep)}
    networking: { ports: ['${isDocker ? '18080:80' : PORT}']${networks('front', 'back')} }
    ${told('web')}
    ${health('web', 'test "$$HEALTH" = good')}
    dependencies: { db: { condition: service_healthy } }
`;
  const worker = (key: string): string => `  ${key}:
    ${program(sleep)}
    ${told(key)}
    dependencies: { web: { condition: service_healthy } }
${isDocker ? '    networking: { networks: [front] }\n' : ''}`;
  const [, , ...workers] = serviceKeys(state);
  return db + web + workers.map(worker).join('');
}

/** A small shop of real local processes that every shell can run, as manifests of a scratch repo. */

/** Healthy once its file is there, which it writes after the given time. */
function database(delaySeconds: number): string {
  return `
  db:
    type: infrastructure
    process:
      command: [sh, -c, 'sleep ${delaySeconds}; echo ready > "$$TRUEUP_VOLUME_DATA/ready"; exec sleep 1000']
    storage: { volumes: [data] }
    health_check: { test: [CMD-SHELL, 'test -s "$$TRUEUP_VOLUME_DATA/ready"'], interval: 1s, timeout: 1s, retries: 60 }`;
}

export interface ShopOptions {
  readonly logLevel?: string;
  readonly databaseDelay?: number;
  /** YAML of more services, indented by two. */
  readonly more?: string;
}

/** db (with a volume, behind a health gate) ← api ← worker. */
export function shop({ logLevel = 'info', databaseDelay = 0, more = '' }: ShopOptions = {}): string {
  return `name: local
type: local
project: shop
services:${database(databaseDelay)}
  api:
    process: { command: [sleep, "1000"] }
    environment_variables: { LOG_LEVEL: ${logLevel} }
    dependencies: { db: { condition: service_healthy } }
    labels: { team: core }
  worker:
    process: { command: [sleep, "2000"] }
    dependencies: [api]
${more}volumes:
  data: {}
`;
}

/** Makes db healthy, below the root of the engine: db writes it after its delay, or a test does. */
export const DATABASE_READY = 'volumes/shop_data/data/ready';

export const MANIFEST = 'environments/local/environment.yaml';

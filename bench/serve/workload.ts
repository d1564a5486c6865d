/** What the daemon is measured with: environments of containers, a few of which it probes by itself. */
import { stringify } from 'yaml';

export interface Workload {
  readonly environments: number;
  readonly services: number;
  /** How many services, one an environment as long as there are environments, are probed from outside every 5 s. */
  readonly probed: number;
  readonly image: string;
}

/** What a commit may change: the value of a variable, by environment and service. */
export type Values = Readonly<Record<string, string>>;

const FIRST_PORT = 21_000;
const TEST = { test: ['CMD', 'true'], interval: '60s', timeout: '10s', retries: 3 };

export function environmentNames({ environments }: Workload): readonly string[] {
  return Array.from({ length: environments }, (_, index) => `e${String(index + 1).padStart(2, '0')}`);
}

export function fileOf(environment: string): string {
  return `environments/${environment}/main.yaml`;
}

export function projectOf(environment: string): string {
  return `trueup-bench-${environment}`;
}

/** Services that are not probed, of whatever environment. */
export function changeable({ services, environments, probed }: Workload): readonly string[] {
  return serviceNames(services).filter((_, index) => index * environments >= probed);
}

export function manifestOf(workload: Workload, environment: string, values: Values, remark = ''): string {
  const place = environmentNames(workload).indexOf(environment);
  const services = serviceNames(workload.services).map((key, index) => {
    const turn = index * workload.environments + place;
    const isProbed = turn < workload.probed;
    const value = values[`${environment}/${key}`];
    return [key, isProbed ? probedService(workload, FIRST_PORT + turn) : plainService(workload, value)] as const;
  });
  const text = stringify({
    project: projectOf(environment),
    policies: { drift: 'heal' },
    services: Object.fromEntries(services),
  });
  return remark === '' ? text : `# ${remark}\n${text}`;
}

function serviceNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `s${String(index + 1).padStart(2, '0')}`);
}

function plainService({ image }: Workload, value = 'first'): object {
  return {
    container: { image, command: ['sleep', '86400'], init: true, stop_grace_period: '1s' },
    environment_variables: { VALUE: value },
    health_check: TEST,
  };
}

function probedService({ image }: Workload, port: number): object {
  return {
    container: { image, command: ['httpd', '-f', '-p', '80', '-h', '/etc'], init: true, stop_grace_period: '1s' },
    networking: { ports: [`${port}:80`] },
    health_check: { endpoints: [{ url: `http://localhost:${port}/group` }], interval: '5s', timeout: '2s', retries: 3 },
  };
}

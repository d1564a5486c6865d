/** From a configuration to the arguments of `kwokctl create cluster`. Pure. */
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { API_SERVER, CONTROLLER_MANAGER } from './settings.ts';

/** Component binaries by the names of their files. */
export type Binaries = Readonly<Record<string, string>>;

/** Those that kwokctl takes as arguments. kubectl, which it runs itself, it takes from the environment. */
export const COMPONENT_FLAGS: Readonly<Record<string, string>> = {
  etcd: 'etcd-binary',
  'kube-apiserver': 'kube-apiserver-binary',
  'kube-controller-manager': 'kube-controller-manager-binary',
  'kube-scheduler': 'kube-scheduler-binary',
  kwok: 'kwok-controller-binary',
};

const LOOPBACK = '127.0.0.1';
const SCHEDULER = 'kube-scheduler';

/**
 * A server that listens on this machine alone looks for an address of it to tell to pods, and ends where none leads anywhere. Nothing
 * in a pod would use it: this one is kept for documentation (RFC 5737).
 */
const NOBODYS = '192.0.2.1';

/**
 * What each part is told in any case stands first: kwokctl 0.8 gives an argument to the wrong part, or dies, where the first one of a
 * part comes after the second of another.
 */
export function createArguments(name: string, config: JsonObject, binaries: Binaries): readonly string[] {
  const gates = isJsonObject(config['feature_gates'] ?? null) ? Object.entries(config['feature_gates'] ?? {}) : [];
  const extra = [
    ...extraArgument(API_SERVER, 'advertise-address', NOBODYS),
    // These two do not heed what kwokctl is told of an address to listen on.
    ...extraArgument(CONTROLLER_MANAGER, 'bind-address', LOOPBACK),
    ...extraArgument(SCHEDULER, 'bind-address', LOOPBACK),
    ...extraArgument(API_SERVER, 'service-cluster-ip-range', config['service_subnet']),
    ...extraArgument(CONTROLLER_MANAGER, 'service-cluster-ip-range', config['service_subnet']),
    ...extraArgument(CONTROLLER_MANAGER, 'cluster-cidr', config['pod_subnet']),
    ...(typeof config['pod_subnet'] === 'string'
      ? extraArgument(CONTROLLER_MANAGER, 'allocate-node-cidrs', 'true')
      : []),
  ];
  return [
    'create',
    'cluster',
    '--name',
    name,
    '--runtime=binary',
    // Contexts are written by trueup: kwokctl switches the current one.
    '--kubeconfig=',
    ...Object.entries(COMPONENT_FLAGS).flatMap(([file, flag]) => {
      const path = binaries[file];
      return path === undefined ? [] : [`--${flag}=${path}`];
    }),
    ...(gates.length === 0
      ? []
      : [`--kube-feature-gates=${gates.map(([gate, value]) => `${gate}=${String(value)}`).join(',')}`]),
    ...extra.map((text) => `--extra-args=${text}`),
  ];
}

function extraArgument(component: string, flag: string, value: unknown): readonly string[] {
  return typeof value === 'string' ? [`${component}=${flag}=${value}`] : [];
}

/** What kwokctl finds in its environment. */
export function kwokctlEnvironment(root: string, config: JsonObject, binaries: Binaries): Record<string, string> {
  const { kubectl } = binaries;
  const version = config['kubernetes_version'];
  return {
    KWOK_WORKDIR: root,
    ...(kubectl === undefined ? {} : { KWOK_KUBECTL_BINARY: kubectl }),
    ...(typeof version === 'string' ? { KWOK_KUBE_VERSION: wholeVersion(version) } : {}),
  };
}

/** What is fetched has a patch level. */
function wholeVersion(version: string): string {
  const plain = version.replace(/^v/, '');
  return `v${/^\d+\.\d+$/.test(plain) ? `${plain}.0` : plain}`;
}

/**
 * The programs of Kubernetes that tests run, built from Go modules into the cache of the engines of tests. A new one is one line
 * in the table below: `installed` for what `go install` takes as it is, `component` for what Kubernetes calls a component,
 * `wrapped` for what needs a `main` of our own.
 */
import { buildPrograms, type Program } from '../docker/build-programs.ts';
import { buildWrapped, type WrappedModule, type WrappedProgram } from './wrapped-programs.ts';

/** Without the `v`, as servers tell it. */
export const KUBERNETES_VERSION = '1.36.3';

const KWOK = 'v0.8.0';
const KIND = 'v0.33.0';
const CONTAINERD = 'v2.4.2';
const PLUGINS = 'v1.9.1';

const ETCD: WrappedModule = { module: 'go.etcd.io/etcd/server/v3', version: 'v3.6.16' };

const DNS_SERVER = 'github.com/coredns/coredns';
const COREDNS: WrappedModule = { module: DNS_SERVER, version: 'v1.15.0' };
const DNS_PLUGINS = [
  'cache',
  'errors',
  'forward',
  'health',
  'kubernetes',
  'loadbalance',
  'log',
  'loop',
  'metrics',
  'ready',
  'reload',
] as const;

const [MAJOR = '', MINOR = ''] = KUBERNETES_VERSION.split('.');
const KUBERNETES: WrappedModule = {
  module: 'k8s.io/kubernetes',
  version: `v${KUBERNETES_VERSION}`,
  ldflags: Object.entries({ gitVersion: `v${KUBERNETES_VERSION}`, gitMajor: MAJOR, gitMinor: MINOR })
    .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
    .join(' '),
};

type Recipe =
  | { readonly kind: 'installed'; readonly program: Omit<Program, 'name'> }
  | { readonly kind: 'wrapped'; readonly of: WrappedModule; readonly main: string };

export type KubernetesProgram =
  | 'bridge'
  | 'host-local'
  | 'loopback'
  | 'portmap'
  | 'coredns'
  | 'ctr'
  | 'etcd'
  | 'kind'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-proxy'
  | 'kube-scheduler'
  | 'kubeadm'
  | 'kubectl'
  | 'kubelet'
  | 'kwok'
  | 'kwokctl';

const RECIPES: Readonly<Record<KubernetesProgram, Recipe>> = {
  // The network plugins of nodes.
  bridge: plugin('main/bridge'),
  'host-local': plugin('ipam/host-local'),
  loopback: plugin('main/loopback'),
  portmap: plugin('meta/portmap'),
  // With the plugins that a cluster asks for, and without those of every cloud.
  coredns: wrapped(COREDNS, 'coremain.Run()', [
    `${DNS_SERVER}/coremain`,
    ...DNS_PLUGINS.map((name) => `_ ${DNS_SERVER}/plugin/${name}`),
  ]),
  ctr: installed({ module: `github.com/containerd/containerd/v2/cmd/ctr@${CONTAINERD}`, isStatic: true }),
  etcd: wrapped(ETCD, 'etcdmain.Main(os.Args)', ['os', 'go.etcd.io/etcd/server/v3/etcdmain']),
  kind: installed({ module: `sigs.k8s.io/kind@${KIND}` }),
  'kube-apiserver': component('kube-apiserver', 'NewAPIServerCommand()'),
  'kube-controller-manager': component('kube-controller-manager', 'NewControllerManagerCommand()'),
  'kube-proxy': component('kube-proxy', 'NewProxyCommand()'),
  'kube-scheduler': component('kube-scheduler', 'NewSchedulerCommand()'),
  kubeadm: wrapped(KUBERNETES, 'errors.HandleError(app.Run())', [
    'k8s.io/kubernetes/cmd/kubeadm/app',
    'k8s.io/kubernetes/cmd/kubeadm/app/util/errors',
  ]),
  kubectl: wrapped(KUBERNETES, 'os.Exit(cli.Run(cmd.NewDefaultKubectlCommand()))', [
    'os',
    'k8s.io/component-base/cli',
    'k8s.io/kubectl/pkg/cmd',
  ]),
  kubelet: component('kubelet', 'NewKubeletCommand(context.Background())', ['context']),
  kwok: installed({ module: `sigs.k8s.io/kwok/cmd/kwok@${KWOK}` }),
  kwokctl: installed({ module: `sigs.k8s.io/kwok/cmd/kwokctl@${KWOK}` }),
};

/** What a cluster of kwok runs. */
export const CONTROL_PLANE: readonly KubernetesProgram[] = [
  'kwok',
  'kwokctl',
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubectl',
];

/** What a node of a cluster runs, beside containerd. */
export const NODE_PROGRAMS: readonly KubernetesProgram[] = [
  'bridge',
  'host-local',
  'loopback',
  'portmap',
  'coredns',
  'ctr',
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-proxy',
  'kube-scheduler',
  'kubeadm',
  'kubectl',
  'kubelet',
];

/** Builds what is missing of them; resolves with a reason where that is impossible here. A build that fails is an error. */
export async function buildKubernetes(names: readonly KubernetesProgram[]): Promise<string | null> {
  const programs: Program[] = [];
  const modules = new Map<WrappedModule, WrappedProgram[]>();
  for (const name of names) {
    const recipe: Recipe = RECIPES[name];
    if (recipe.kind === 'installed') programs.push({ name, ...recipe.program });
    else modules.set(recipe.of, [...(modules.get(recipe.of) ?? []), { name, main: recipe.main }]);
  }
  let lacks = await buildPrograms(programs);
  for (const [module, mains] of modules) lacks ??= await buildWrapped(module, mains);
  return lacks;
}

function plugin(name: string): Recipe {
  const module = `github.com/containernetworking/plugins/plugins/${name}@${PLUGINS}`;
  return installed({ module, isStatic: true });
}

function installed(program: Omit<Program, 'name'>): Recipe {
  return { kind: 'installed', program };
}

function component(name: string, construct: string, imports: readonly string[] = []): Recipe {
  const paths = [...imports, 'os', 'k8s.io/component-base/cli', `k8s.io/kubernetes/cmd/${name}/app`];
  return wrapped(KUBERNETES, `os.Exit(cli.Run(app.${construct}))`, paths);
}

function wrapped(of: WrappedModule, body: string, imports: readonly string[]): Recipe {
  // What is imported for what it does alone begins with an underscore.
  const paths = imports.map((path) => `\t${path.replace(/[^_ ].*/, '"$&"')}\n`);
  return { kind: 'wrapped', of, main: `package main\n\nimport (\n${paths.join('')})\n\nfunc main() { ${body} }\n` };
}

/**
 * What a control plane has to have on its disk so that it can start, by what kubeadm was told when it made it: which of it is gone
 * or has expired, and which of that kubeadm can make anew. Only what its authorities have signed can be; they themselves are what
 * everybody trusts in. Pure.
 */
import { X509Certificate } from 'node:crypto';
import { parse, parseAllDocuments } from 'yaml';
import { isJsonArray, isJsonObject, type Json, memberAt } from '../../../model/json.ts';
import type { NodeFiles } from './node-files.ts';

/** What kubeadm was told, in each node. */
export const SETUP_FILE = '/kind/kubeadm.conf';

/** What of a control plane is in the usual place: what somebody has put elsewhere is not missed here. */
export interface Setup {
  readonly certificates: boolean;
  readonly etcd: boolean;
}

export interface Harm {
  /** Paths below the folder of the control plane. */
  readonly missing: readonly string[];
  readonly expired: readonly string[];
  /** What would have to be there to make that anew, and is not. */
  readonly lost: readonly string[];
}

export const NO_HARM: Harm = { missing: [], expired: [], lost: [] };

/** A certificate with its key, both named without their endings. */
interface Pair {
  readonly path: string;
  readonly authority: string;
}

const AUTHORITY = 'pki/ca';
const ETCD_AUTHORITY = 'pki/etcd/ca';
const PAIRS: readonly Pair[] = [
  { path: 'pki/apiserver', authority: AUTHORITY },
  { path: 'pki/apiserver-kubelet-client', authority: AUTHORITY },
  { path: 'pki/front-proxy-client', authority: 'pki/front-proxy-ca' },
];
const ETCD_PAIRS: readonly Pair[] = ['pki/apiserver-etcd-client', 'pki/etcd/server', 'pki/etcd/peer'].map((path) => ({
  path,
  authority: ETCD_AUTHORITY,
}));
/** Tokens of pods are signed by it; with a new one they get new tokens. */
const TOKEN_KEYS: readonly string[] = ['pki/sa.key', 'pki/sa.pub'];
const KUBECONFIGS: readonly string[] = ['admin.conf', 'controller-manager.conf', 'scheduler.conf'];
const PROGRAMS: readonly string[] = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

export function setupOf(files: NodeFiles): Setup {
  const documents = [...files.values()].flatMap((text) =>
    parseAllDocuments(text).map((found): Json => found.toJS() as Json),
  );
  const cluster = documents.find((found) => memberAt(found, 'kind') === 'ClusterConfiguration') ?? null;
  const folder = memberAt(cluster, 'certificatesDir');
  return {
    certificates: folder === null || folder === '/etc/kubernetes/pki',
    etcd: !isJsonObject(memberAt(cluster, 'etcd', 'external')),
  };
}

export function harmOf(files: NodeFiles, setup: Setup, now: Date): Harm {
  const pairs = setup.certificates ? [...PAIRS, ...(setup.etcd ? ETCD_PAIRS : [])] : [];
  const roots = [...new Set(pairs.map(({ authority }) => `${authority}.crt`))];
  const signed = [
    ...pairs.map(({ path, authority }) => ({ paths: [`${path}.crt`, `${path}.key`], authority })),
    ...KUBECONFIGS.map((path) => ({ paths: [path], authority: AUTHORITY })),
  ];
  const paths = [
    ...roots,
    ...signed.flatMap((entry) => entry.paths),
    ...(setup.certificates ? TOKEN_KEYS : []),
    ...[...(setup.etcd ? ['etcd'] : []), ...PROGRAMS].map((name) => `manifests/${name}.yaml`),
  ];
  const missing = paths.filter((path) => !files.has(path));
  const expired = signed.flatMap((entry) => entry.paths).filter((path) => isOver(path, files, now));
  const harmed = signed.filter((entry) => entry.paths.some((path) => missing.includes(path) || expired.includes(path)));
  const needed = setup.certificates ? harmed.map(({ authority }) => `${authority}.key`) : [];
  const lost = [...roots.filter((path) => missing.includes(path)), ...needed.filter((path) => !files.has(path))];
  return { missing, expired, lost: [...new Set(lost)] };
}

function isOver(path: string, files: NodeFiles, now: Date): boolean {
  const certificate = certificateIn(path, files.get(path) ?? '');
  try {
    return certificate !== null && new Date(new X509Certificate(certificate).validTo) < now;
  } catch {
    return false;
  }
}

function certificateIn(path: string, text: string): string | Buffer | null {
  if (path.endsWith('.crt')) return text;
  if (!path.endsWith('.conf')) return null;
  const users = memberAt(parsed(text), 'users');
  const data = memberAt(isJsonArray(users) ? (users[0] ?? null) : null, 'user', 'client-certificate-data');
  return typeof data === 'string' ? Buffer.from(data, 'base64') : null;
}

function parsed(text: string): Json {
  try {
    return parse(text) as Json;
  } catch {
    return null;
  }
}

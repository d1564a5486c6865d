/** The image that nodes are made of: by the version of Kubernetes, which its tag says. */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { isVersion } from '../../../model/kubernetes-versions.ts';
import { refused } from '../commands/failures.ts';
import { NODE_IMAGE } from '../names.ts';
import { IMAGE_OPTION, optionsOf } from '../options.ts';
import type { Changing } from './changing.ts';

const PULL_TIMEOUT_MS = 20 * 60_000;

/** `null`: the one that this kind takes by itself. */
export async function nodeImage(changing: Changing, config: JsonObject): Promise<string | null> {
  const image = optionsOf(config)[IMAGE_OPTION];
  if (typeof image === 'string') return image;
  const version = config['kubernetes_version'];
  if (typeof version !== 'string') return null;
  const plain = version.replace(/^v/, '');
  return /^\d+\.\d+\.\d+/.test(plain) ? `${NODE_IMAGE}:v${plain}` : newestOf(changing, plain);
}

/** Of a version without its last part there are many images; which ones, nobody tells but the engine that has some. */
async function newestOf({ docker, context }: Changing, minor: string): Promise<string> {
  const args = ['image', 'ls', '--format', '{{.Tag}}', NODE_IMAGE];
  const tags = (await docker.must(args, context.signal)).toString('utf8').split('\n');
  const [tag] = tags
    .filter((found) => isVersion(minor, found))
    .toSorted((left, right) => patchOf(right) - patchOf(left));
  if (tag !== undefined) return `${NODE_IMAGE}:${tag}`;
  throw new TrueupError('image_not_found', `the engine has no node image of Kubernetes ${minor}`, {
    fields: { version: minor },
    next: 'declare the whole version, such as one that the release notes of kind list, or load a node image',
  });
}

function patchOf(tag: string): number {
  return Number(/^v\d+\.\d+\.(\d+)/.exec(tag)?.[1] ?? -1);
}

/** Idempotent. Rejects with `image_not_found` where nobody has it: that is not tried again by itself. */
export async function fetchNodeImage(changing: Changing, config: JsonObject): Promise<JsonObject> {
  const { docker, context } = changing;
  const image = await nodeImage(changing, config);
  if (image === null) return {};
  const { exitCode } = await docker.ask(['image', 'inspect', '--format', '{{.Id}}', image], context.signal);
  if (exitCode === 0) return { image };
  context.progress(`pulling ${image}`);
  const pulled = await docker.ask(['pull', '--quiet', image], context.signal, { timeoutMs: PULL_TIMEOUT_MS });
  if (pulled.exitCode === 0) return { image, pulled: true };
  const cause = refused(docker.engine, 'docker pull', pulled.timedOut ? 'it took too long' : pulled.stderr);
  if (cause.code === 'engine_unreachable') throw cause;
  throw new TrueupError('image_not_found', `the node image ${image} cannot be pulled: ${cause.message}`, {
    cause,
    fields: { image },
    next: 'load it into the engine with `docker load`, or declare a kubernetes_version that there is an image of',
  });
}

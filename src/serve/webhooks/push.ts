/** What a webhook tells: which repo was pushed to, and which of its branches and tags. Everything else is passed over. */
import type { Forge } from '../../model/forge.ts';
import { isJsonArray, isJsonObject, type Json, member, memberAt } from '../../model/json.ts';

export interface PushedRef {
  readonly type: 'branch' | 'tag';
  readonly name: string;
}

export type Told =
  | { readonly type: 'ping' }
  | { readonly type: 'other' }
  | {
      readonly type: 'push';
      /** Under all names that the forge has for it. */
      readonly urls: readonly string[];
      /** The end of its path, of a forge that names no address. */
      readonly tail: string | null;
      readonly refs: readonly PushedRef[];
    };

export function toldBy(forge: Forge, event: string, payload: Json): Told {
  if (event === 'ping' || event === 'diagnostics:ping') return { type: 'ping' };
  switch (forge) {
    case 'github':
    case 'gitea':
    case 'forgejo':
      return event === 'push' ? { ...ofRepository(payload), refs: refsIn([member(payload, 'ref')]) } : OTHER;
    case 'gitlab': {
      const kind = member(payload, 'object_kind') ?? member(payload, 'event_name');
      if (kind !== 'push' && kind !== 'tag_push') return OTHER;
      const project = member(payload, 'project') ?? null;
      const urls = textsOf(project, ['git_http_url', 'git_ssh_url', 'http_url', 'ssh_url', 'web_url', 'homepage']);
      return { type: 'push', urls, tail: null, refs: refsIn([member(payload, 'ref')]) };
    }
    case 'bitbucket':
      return ofBitbucket(event, payload);
    default:
      return forge satisfies never;
  }
}

const OTHER: Told = { type: 'other' };

function ofRepository(payload: Json): { readonly type: 'push'; readonly urls: readonly string[]; readonly tail: null } {
  const repository = member(payload, 'repository') ?? null;
  return { type: 'push', urls: textsOf(repository, ['clone_url', 'ssh_url', 'git_url', 'html_url']), tail: null };
}

function ofBitbucket(event: string, payload: Json): Told {
  const repository = member(payload, 'repository') ?? null;
  const links = member(repository, 'links') ?? null;
  if (event === 'repo:push') {
    const html = memberAt(links, 'html', 'href');
    const changes = listAt(memberAt(payload, 'push', 'changes'));
    const refs = changes.flatMap((change) => [member(change, 'new'), member(change, 'old')]).flatMap(cloudRef);
    return { type: 'push', urls: typeof html === 'string' ? [html] : [], tail: null, refs };
  }
  if (event !== 'repo:refs_changed') return OTHER;
  const clones = [...listAt(member(links, 'clone')), ...listAt(member(links, 'self'))];
  const key = memberAt(repository, 'project', 'key');
  const slug = member(repository, 'slug');
  return {
    type: 'push',
    urls: clones.flatMap((link) => textsOf(link, ['href'])),
    tail: typeof key === 'string' && typeof slug === 'string' ? `/${key}/${slug}`.toLowerCase() : null,
    refs: refsIn(listAt(member(payload, 'changes')).map((change) => memberAt(change, 'ref', 'id'))),
  };
}

function cloudRef(ref: Json | undefined): readonly PushedRef[] {
  const [type, name] = [member(ref, 'type'), member(ref, 'name')];
  return (type === 'branch' || type === 'tag') && typeof name === 'string' ? [{ type, name }] : [];
}

function refsIn(refs: readonly (Json | undefined)[]): readonly PushedRef[] {
  return refs.flatMap((ref): readonly PushedRef[] => {
    const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/.exec(typeof ref === 'string' ? ref : '') ?? [];
    return name === undefined ? [] : [{ type: kind === 'tags' ? 'tag' : 'branch', name }];
  });
}

function textsOf(value: Json, keys: readonly string[]): readonly string[] {
  return keys.flatMap((key) => {
    const text = isJsonObject(value) ? value[key] : undefined;
    return typeof text === 'string' ? [text] : [];
  });
}

function listAt(value: Json | undefined): readonly Json[] {
  return value !== undefined && isJsonArray(value) ? value : [];
}

/** Ways out that no manifest shows: commits whose trees git would not have written, as data. */

export type HandMadeEntry = readonly [mode: string, name: string, content: HandMadeContent];

/** Text is a file or the target of a link; a list is a folder; `null` is a commit of another repo. */
export type HandMadeContent = string | null | readonly HandMadeEntry[];

export interface HandMadeCommit {
  readonly name: string;
  /** Where a way out leads to is written as `VICTIM`: an absolute path, and there are `emptydir` and `important` in it. */
  readonly tree: readonly HandMadeEntry[];
  /** Whether it is not refused as it comes in: honest histories have such objects, too, or no server sends it. */
  readonly comesIn?: boolean;
}

const MANIFESTS: HandMadeEntry = ['40000', 'environments', [['100644', 'x', 'x']]];
const POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';
const ATTRIBUTES: HandMadeEntry = ['100644', '.gitattributes', '* filter=lfs\n'];
const OUT: HandMadeEntry = ['120000', 'd/link', 'VICTIM'];

export const HOSTILE_COMMITS: readonly HandMadeCommit[] = [
  {
    name: 'a submodule behind a link, both under whole paths',
    tree: [['160000', 'd/link/emptydir', null], OUT, MANIFESTS],
  },
  {
    name: 'a file behind a link, both under whole paths',
    tree: [ATTRIBUTES, ['100644', 'd/link/important', POINTER], OUT, MANIFESTS],
  },
  {
    name: 'a file behind a link that git replaces by it',
    tree: [ATTRIBUTES, ['100644', 'a', 'x'], ['100644', 'd/link/important', POINTER], OUT, MANIFESTS],
  },
  {
    name: 'a link and a folder under one name',
    tree: [ATTRIBUTES, ['120000', 'd', 'VICTIM'], ['40000', 'd', [['100644', 'important', POINTER]]], MANIFESTS],
  },
  {
    name: 'a link under a whole path, beside the folder',
    tree: [['40000', 'd', [['100644', 'a', 'x']]], ['120000', 'd/link', 'VICTIM'], MANIFESTS],
  },
  { name: 'a folder above', tree: [['40000', '..', [['100644', 'escaped', 'x']]], MANIFESTS] },
  { name: 'its own folder', tree: [['40000', '.', [['100644', 'a', 'x']]], MANIFESTS] },
  { name: 'a path with folders above', tree: [['100644', 'a/../../x', 'x'], MANIFESTS] },
  { name: 'the git folder', tree: [['40000', '.git', [['100755', 'a', 'x']]], MANIFESTS] },
  { name: 'the git folder in capitals', tree: [['40000', '.GIT', [['100644', 'config', 'x']]], MANIFESTS] },
  { name: 'the git folder by its short name', tree: [MANIFESTS, ['40000', 'git~1', [['100644', 'config', 'x']]]] },
  // An honest server does not send it.
  { name: 'a file without a name', tree: [['100644', '', 'x'], MANIFESTS], comesIn: true },
  { name: 'two of one name', tree: [MANIFESTS, ['100644', 'environments', 'x']] },
  { name: 'files in another order', tree: [['100644', 'z', 'x'], MANIFESTS] },
  { name: 'a link with permissions', tree: [['120777', 'a', 'VICTIM'], MANIFESTS], comesIn: true },
  { name: 'a link with a zero in front', tree: [['0120000', 'a', 'VICTIM'], MANIFESTS], comesIn: true },
  { name: 'an object of no kind', tree: [['70000', 'a', 'x'], MANIFESTS], comesIn: true },
  {
    name: 'a link that differs in case alone',
    tree: [['120000', 'D', 'environments'], ['40000', 'd', [['100644', 'a', 'x']]], MANIFESTS],
    comesIn: true,
  },
  {
    name: 'a link by way of what is not there',
    tree: [['120000', 'a', 'Environments/../../x'], MANIFESTS],
    comesIn: true,
  },
  {
    name: 'a link into the git folder, spelled otherwise',
    tree: [['120000', 'a', '.g\u200cit/config'], MANIFESTS],
    comesIn: true,
  },
  { name: 'a link to nothing', tree: [['120000', 'a', ''], MANIFESTS], comesIn: true },
  { name: 'a link with a NUL', tree: [['120000', 'a', 'environments\0/../..'], MANIFESTS], comesIn: true },
  { name: 'a link longer than any', tree: [['120000', 'a', './'.repeat(3000)], MANIFESTS], comesIn: true },
  { name: 'a name longer than any', tree: [MANIFESTS, ['100644', 'x'.repeat(300), 'x']], comesIn: true },
  { name: 'more folders than a path has room for', tree: [MANIFESTS, nested(50)], comesIn: true },
];

function nested(levels: number): HandMadeEntry {
  let entry: HandMadeEntry = ['100644', 'f', 'x'];
  for (let level = 0; level < levels; level += 1) entry = ['40000', 'n'.repeat(100), [entry]];
  return entry;
}

/** Extends: a folder of manifests over the folders that it extends, the base first. */
import { dirname, posix } from 'node:path';
import { type Diagnostic, errorAt } from '../model/diagnostic.ts';
import type { JsonObject } from '../model/json.ts';
import { nearest } from '../model/nearest.ts';
import { fillEmptyEntries } from './empty-entries.ts';
import type { Folder, Folders } from './folder.ts';
import { type Layer, Layers } from './layers.ts';
import { mergePatch } from './merge-patch.ts';

export interface Extended {
  /** The base first. */
  readonly layers: readonly Layer[];
  readonly root: JsonObject;
  readonly diagnostics: readonly Diagnostic[];
  readonly isWhole: boolean;
  readonly files: readonly string[];
}

/** What belongs to a folder itself and is never inherited. */
const OWN: readonly string[] = ['name', 'abstract', 'extends'];

/** `folder` with all that it extends. */
export async function extendFolder(
  folder: Folder,
  folders: Folders,
  siblings: readonly string[],
  chain: readonly string[] = [],
): Promise<Extended> {
  const own = new Layers(folder.layers);
  const reference = folder.root['extends'];
  if (typeof reference !== 'string') {
    return { ...folder, root: fillEmptyEntries(folder.root, () => undefined) };
  }
  const path = posix.join(dirname(own.fileOf(['extends'])), reference).replace(/\/$/, '');
  const source = own.locate(['extends'], 'value');
  const visited = [...chain, folder.path];
  if (visited.includes(path)) {
    const circle = [...visited.slice(visited.indexOf(path)), path].join(' → ');
    return withProblem(
      folder,
      errorAt('invalid_reference', source, `environments extend each other in a circle: ${circle}`),
    );
  }
  const parent = path.startsWith('../') ? null : await folders.open(path);
  if (parent === null) {
    const suggestion = nearest(posix.basename(path), siblings);
    const detail =
      suggestion === null
        ? 'write the folder of an environment, relative to this file'
        : `did you mean "../${suggestion}"?`;
    return withProblem(
      folder,
      errorAt('invalid_reference', source, `there are no manifests in "${reference}" to extend`, detail),
    );
  }
  const base = await extendFolder(parent, folders, siblings, visited);
  const layers = [...base.layers, ...folder.layers];
  const removals: Diagnostic[] = [];
  const merged = mergePatch(inheritable(base.root), folder.root);
  const root = fillEmptyEntries(merged, (entryPath) => {
    // What could not be read may hold what is removed.
    if (!base.isWhole) return;
    const detail = 'null removes what is inherited; write {} for something with all defaults';
    const place = new Layers(layers).locate(entryPath, 'field');
    removals.push(
      errorAt('invalid_value', place, `"${entryPath.at(-1)}" removes nothing: it is not inherited`, detail),
    );
  });
  return {
    layers,
    root,
    diagnostics: [...base.diagnostics, ...folder.diagnostics, ...removals],
    isWhole: base.isWhole && folder.isWhole,
    files: [...base.files, ...folder.files],
  };
}

function withProblem(folder: Folder, problem: Diagnostic): Extended {
  return { ...folder, diagnostics: [...folder.diagnostics, problem], isWhole: false };
}

function inheritable(root: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(root).filter(([key]) => !OWN.includes(key)));
}

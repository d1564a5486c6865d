/** Names of sources: that of the repo's folder or URL, made unique in one daemon. */
import { basename } from 'node:path';

export interface SourceNames {
  of(where: string): string;
}

export function sourceNames(): SourceNames {
  const taken = new Set<string>();
  return {
    of(where) {
      const plain = basename(where.replace(/[/\\]+$/, '')).replace(/\.git$/, '') || 'repo';
      let name = plain;
      for (let count = 2; taken.has(name); count += 1) name = `${plain}-${count}`;
      taken.add(name);
      return name;
    },
  };
}

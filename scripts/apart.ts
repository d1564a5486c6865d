/** Packages that few commands call, each in a file of its own beside the bundle: what is not called is not read either. */
import { build, type BuildOptions, type OutputFile, type Plugin } from 'esbuild';

const APART: Readonly<Record<string, string>> = {
  // As large as all the rest, and of use only where a cluster is watched.
  '@kubernetes/client-node': 'kubernetes-client.cjs',
};

export const apart: Plugin = {
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: /^@kubernetes\/client-node$/ }, ({ path }) => {
      const file = APART[path];
      return file === undefined ? null : { path: `./${file}`, external: true };
    });
  },
};

/** Of each what its entry exports, built like the bundle. */
export async function buildApart(folder: string, options: BuildOptions): Promise<readonly OutputFile[]> {
  const built = Object.entries(APART).map(async ([name, file]) => {
    const outfile = `${folder}/${file}`;
    const { outputFiles } = await build({ ...options, entryPoints: [name], outfile, write: false, plugins: [] });
    return outputFiles;
  });
  return (await Promise.all(built)).flat();
}

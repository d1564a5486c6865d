/** Parts of packages that the command never calls and that are left out of the bundle: calling one throws. */
import type { Plugin } from 'esbuild';

// dockerode and docker-modem load all of these at once, which takes 0.2 s and brings native add-ons along. trueup makes its
// own connections, ssh among them, builds through no session, and sends no body after the answer has begun.
const LEFT_OUT = [
  // ssh2
  'docker-modem/lib/ssh.js',
  // readable-stream
  'docker-modem/lib/http_duplex.js',
  // @grpc/grpc-js, @grpc/proto-loader
  'dockerode/lib/session.js',
  // protobufjs
  'dockerode/lib/buildkit.js',
  // What a build takes as its context
  'tar-fs/index.js',
  '@balena/dockerignore/ignore.js',
];

export const leaveOut: Plugin = {
  name: 'leave-out',
  setup({ onLoad, onEnd }) {
    const found = new Set<string>();
    onLoad({ filter: /[\\/](docker-modem|dockerode|tar-fs|dockerignore)[\\/]/ }, ({ path }) => {
      const file = path.replaceAll('\\', '/').split('/node_modules/').at(-1) ?? path;
      if (!LEFT_OUT.includes(file)) return null;
      found.add(file);
      const message = JSON.stringify(`${file} is left out of trueup's bundle`);
      return { contents: `module.exports = function () { throw new Error(${message}); };` };
    });
    // A new version of a package may call its files otherwise, and would come in whole again without a word.
    onEnd(() => {
      const missing = LEFT_OUT.filter((file) => !found.has(file));
      if (missing.length === 0 || missing.length === LEFT_OUT.length) return {};
      return { errors: [{ text: `nothing to leave out under the name of ${missing.join(', ')}` }] };
    });
  },
};

/** The current Docker Engine, built from Go modules. */
import { buildPrograms, type Program, STRIP } from './build-programs.ts';

const CONTAINERD = 'v2.4.2';
const RUNC = 'v1.5.2';
const MOBY = 'v2.0.0-beta.24';

const PROGRAMS: readonly Program[] = [
  { name: 'containerd', module: `github.com/containerd/containerd/v2/cmd/containerd@${CONTAINERD}` },
  {
    name: 'containerd-shim-runc-v2',
    module: `github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2@${CONTAINERD}`,
  },
  { name: 'runc', module: `github.com/opencontainers/runc@${RUNC}`, tags: 'seccomp' },
  { name: 'docker-proxy', module: `github.com/moby/moby/v2/cmd/docker-proxy@${MOBY}` },
  {
    name: 'dockerd',
    module: `github.com/moby/moby/v2/cmd/dockerd@${MOBY}`,
    ldflags: `${STRIP} -X github.com/moby/moby/v2/dockerversion.Version=${MOBY}`,
  },
];

/** Builds what is missing; resolves with a reason where that is impossible here. A build that fails is an error. */
export async function buildCurrentEngine(): Promise<string | null> {
  return buildPrograms(PROGRAMS);
}

/** The drivers of this version, each loaded only when a resource needs it. A new engine is one line here. */
import { dialled } from './dialled.ts';
import type { Driver, DriverRegistry } from './driver.ts';

const LOADERS: Readonly<Record<string, () => Promise<Driver>>> = {
  docker: async () => (await import('./docker/index.ts')).dockerDriver,
  kind: async () => (await import('./kind/index.ts')).kindDriver,
  kwok: async () => (await import('./kwok/index.ts')).kwokDriver,
  lima: async () => (await import('./lima/index.ts')).limaDriver,
  libvirt: async () => (await import('./libvirt/index.ts')).libvirtDriver,
  process: async () => (await import('./process/index.ts')).processDriver,
};

export const builtInDrivers: DriverRegistry = dialled({
  names: Object.keys(LOADERS),
  async load(name) {
    return Object.hasOwn(LOADERS, name) ? ((await LOADERS[name]?.()) ?? null) : null;
  },
});

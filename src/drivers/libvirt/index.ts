/** The libvirt driver: virtual machines of QEMU on this host or another one, by virsh. */
import type { Driver } from '../driver.ts';
import { engineOf } from './engine.ts';
import { libvirtModel } from './model.ts';

export const libvirtDriver: Driver = {
  name: 'libvirt',
  model: libvirtModel,
  identity(declaration) {
    const { uri, pool } = engineOf(declaration);
    return `libvirt ${uri} ${pool}`;
  },
  observer: async (declaration, sealer) =>
    (await import('./observe/observer.ts')).libvirtObserver(engineOf(declaration), sealer),
  survey: async (engines, signal) => (await import('./survey.ts')).surveyHosts(engines, signal),
  tryAcceleration: async (declaration, vm, context) =>
    (await import('./trial/try-kvm.ts')).tryKvm(engineOf(declaration), vm, context),
  actuator: async (declaration) => (await import('./actuate/actuator.ts')).libvirtActuator(engineOf(declaration)),
};

/** What the test of the example `lab` needs of this machine before it is run beside an engine, where nothing can be fetched any more. */
import { CONTROL_PLANE, buildKubernetes } from '../kubernetes/build-kubernetes.ts';
import { lacksKubernetes } from '../kubernetes/lacks.ts';
import { buildGuest } from '../libvirt/guest.ts';
import { lacksForHost } from '../libvirt/private-host.ts';

/** How the test is told why there is none; it is then skipped by name. */
export const LAB_LACKS = 'TRUEUP_TEST_LAB_LACKS';

/** Builds it unless it is there; resolves with a reason where that is impossible here. */
export async function obtainLab(): Promise<string | null> {
  const lacks = lacksForHost() ?? lacksKubernetes(CONTROL_PLANE);
  if (lacks !== null) return lacks;
  await buildGuest();
  return buildKubernetes(CONTROL_PLANE);
}

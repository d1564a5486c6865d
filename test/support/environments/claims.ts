/** Environments of what somebody else made: nobody's labels stand on it, and each resource claims what has its name. */
import type { DesiredEnvironment } from '../../../src/model/desired.ts';
import { NOTHING_RECORDED, type Recorded } from '../../../src/model/observed.ts';
import type { SimulatedEngine } from '../simulated/engine.ts';

export function withClaims(environment: DesiredEnvironment): DesiredEnvironment {
  const claiming = [...environment.resources].map(([address, resource]) => {
    return [address, resource.type === 'image' ? resource : { ...resource, adopted: true }] as const;
  });
  return { ...environment, resources: new Map(claiming) };
}

/** What is recorded as soon as a person has agreed to all that is there, or to what `isAgreed`, and before it is touched. */
export function adoptedNow(
  environment: DesiredEnvironment,
  engine: SimulatedEngine,
  isAgreed: (id: string) => boolean = () => true,
): Recorded {
  const claiming = [...environment.resources.values()].filter(({ adopted }) => adopted === true);
  const resources = claiming.map(({ address, engine: on, type, name, config }) => {
    const adopted = engine.objects.named({ type, name }).map(({ id }) => id);
    const record = { engine: on, name, config, revision: null, unfinished: true, adopted: adopted.filter(isAgreed) };
    return [address, record] as const;
  });
  return { ...NOTHING_RECORDED, resources: Object.fromEntries(resources) };
}

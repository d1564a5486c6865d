/** The environments that are measured, each as a manifest of trueup and as a Compose file that means the same. */
import { stringify } from 'yaml';

export type Shape = 'flat15' | 'flat50' | 'mix15' | 'chain15';

export const SHAPES: readonly Shape[] = ['flat15', 'flat50', 'mix15', 'chain15'];

interface Service {
  readonly key: string;
  readonly needs: readonly string[];
  readonly volume: string | null;
  readonly isChecked: boolean;
}

export interface Bench {
  readonly shape: Shape;
  readonly image: string;
  /** The value of a variable of one service: another one is a change. */
  readonly colour: string;
}

/** `mix15` is three roots with a volume each, a chain of five behind them, and a fan of seven behind that. */
function servicesOf(shape: Shape): readonly Service[] {
  const plain = (key: string): Service => ({ key, needs: [], volume: null, isChecked: false });
  const checked = (key: string, needs: readonly string[], volume: string | null = null): Service => ({
    key,
    needs,
    volume,
    isChecked: true,
  });
  const count = (prefix: string, number: number): readonly string[] =>
    Array.from({ length: number }, (_, index) => `${prefix}${index + 1}`);
  if (shape === 'flat15') return count('s', 15).map(plain);
  if (shape === 'flat50') return count('s', 50).map(plain);
  const chain = (keys: readonly string[], roots: readonly string[]): readonly Service[] =>
    keys.map((key, index) => checked(key, index === 0 ? roots : keys.slice(index - 1, index)));
  if (shape === 'chain15') return chain(count('s', 15), []);
  const roots = count('root', 3);
  return [
    ...roots.map((key) => checked(key, [], `${key}-data`)),
    ...chain(count('chain', 5), roots),
    ...count('fan', 7).map((key) => checked(key, ['chain5'])),
  ];
}

const CHECK = { test: ['CMD', 'true'], interval: '1s', timeout: '1s', retries: 5 };

/** The last service has the variable: nothing depends on it. */
export function manifestOf({ shape, image, colour }: Bench): string {
  const services = servicesOf(shape);
  const entries = services.map(({ key, needs, volume, isChecked }) => {
    const condition = { condition: 'service_healthy' };
    const service = {
      container: { image, command: ['sleep', '3600'], init: true, stop_grace_period: '2s' },
      ...(key === services.at(-1)?.key ? { environment_variables: { COLOUR: colour } } : {}),
      ...(isChecked ? { health_check: CHECK } : {}),
      ...(needs.length > 0 ? { dependencies: Object.fromEntries(needs.map((need) => [need, condition])) } : {}),
      ...(volume === null ? {} : { storage: { volumes: [`${volume}:/data`] } }),
    };
    return [key, service] as const;
  });
  const volumes = services.flatMap(({ volume }) => (volume === null ? [] : [[volume, null] as const]));
  return stringify({ services: Object.fromEntries(entries), volumes: Object.fromEntries(volumes) });
}

export function composeOf({ shape, image, colour }: Bench): string {
  const services = servicesOf(shape);
  const entries = services.map(({ key, needs, volume, isChecked }) => {
    const condition = { condition: 'service_healthy' };
    const service = {
      image,
      command: ['sleep', '3600'],
      init: true,
      stop_grace_period: '2s',
      ...(key === services.at(-1)?.key ? { environment: { COLOUR: colour } } : {}),
      ...(isChecked ? { healthcheck: CHECK } : {}),
      ...(needs.length > 0 ? { depends_on: Object.fromEntries(needs.map((need) => [need, condition])) } : {}),
      ...(volume === null ? {} : { volumes: [`${volume}:/data`] }),
    };
    return [key, service] as const;
  });
  const volumes = services.flatMap(({ volume }) => (volume === null ? [] : [[volume, null] as const]));
  return stringify({ services: Object.fromEntries(entries), volumes: Object.fromEntries(volumes) });
}

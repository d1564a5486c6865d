/** Before a cluster that was found lost is taken down: it is looked at again. One that works after all, or of which nobody can tell, stays. */
import { TrueupError } from '../../../model/failure.ts';
import { type Changing, meantBy } from './changing.ts';
import { decideFate, type Fate } from './fate.ts';
import { endLeftOver } from './left-over.ts';

/** Resolves where it is lost, or gone. */
export async function assertLost(changing: Changing, cluster: string): Promise<void> {
  const { context } = changing;
  // It would go on making what is looked at.
  await endLeftOver(meantBy(changing, cluster), context.signal);
  context.progress(`looking again whether ${cluster} is lost`);
  const fate = await decideFate(changing, cluster);
  if (fate.state !== 'lost') throw notLost(cluster, fate.state);
}

function notLost(cluster: string, state: Exclude<Fate['state'], 'lost'>): TrueupError {
  const [found, next] = AGAIN[state];
  return new TrueupError('step_failed', `cluster ${cluster} was found lost, and ${found}, looked at again: it stays`, {
    retryable: true,
    fields: { cluster },
    next,
  });
}

const AGAIN: Readonly<Record<Exclude<Fate['state'], 'lost'>, readonly [string, string]>> = {
  stays: ['is not', 'apply again: it is planned by what is there now'],
  unknown: [
    'nobody can tell any more whether it is',
    'apply again once its API answers, or with `--replace` if nothing in it is needed',
  ],
};

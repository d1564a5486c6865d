import { beforeAll, describe } from 'vitest';
import { describeDriverContract } from '../../support/contract.ts';
import { LIMA_LACKS, limaHarness } from '../../support/lima/contract-harness.ts';
import { buildLimaGuest, type LimaGuest } from '../../support/lima/guest.ts';
import { lacksForLima } from '../../support/lima/private-home.ts';

const lacks = lacksForLima();

describe.skipIf(lacks !== null)(lacks ?? 'on a Lima of its own', () => {
  let guest: LimaGuest;

  beforeAll(async () => {
    guest = await buildLimaGuest();
  });

  describeDriverContract('lima', { lacks: LIMA_LACKS, sharing: true, setUp: () => limaHarness(guest) });
});

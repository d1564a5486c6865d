import { expect, test } from 'vitest';
import { unanswered } from '../../../../../src/drivers/kubernetes/api/problems.ts';

const SERVER = 'https://127.0.0.1:6443';

test.each([
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet: is the clock of this machine right?'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is signed by another authority than the kubeconfig names'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another address'],
  ['ECONNREFUSED', 'nothing listens there'],
  ['ECONNRESET', 'it ended the connection'],
])('of %s it is said that %s', (code, why) => {
  const problem = Object.assign(new Error('something'), { code });

  expect(unanswered(SERVER, problem)).toMatchObject({
    code: 'engine_unreachable',
    message: `the API server ${SERVER} does not answer: ${why}`,
    retryable: true,
  });
});

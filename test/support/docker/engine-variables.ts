/** How the tests are told which engine they run beside. */
export const ENGINE_VARIABLES = {
  /** `unix://…` */
  host: 'TRUEUP_TEST_DOCKER',
  /** One of ENGINE_KINDS. */
  kind: 'TRUEUP_TEST_DOCKER_KIND',
  /** Why there is no such engine: every test is then skipped by name. */
  lacks: 'TRUEUP_TEST_DOCKER_LACKS',
} as const;

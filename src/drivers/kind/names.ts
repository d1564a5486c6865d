/** What kind calls things: the labels that say which cluster a container is a node of, and what its role is. */

export const CLUSTER_LABEL = 'io.x-k8s.kind.cluster';
export const ROLE_LABEL = 'io.x-k8s.kind.role';

export const ROLES = ['external-load-balancer', 'control-plane', 'worker'] as const;

/** In the order in which they are started. */
export type Role = (typeof ROLES)[number];

export function isRole(text: string | undefined): text is Role {
  return ROLES.some((role) => role === text);
}

/** Where the API server listens in its node. */
export const API_PORT = 6443;

export const NODE_IMAGE = 'kindest/node';

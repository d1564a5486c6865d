/** Who may do what: each role may do what the one before it may, too. */

export const ROLES = ['viewer', 'operator', 'owner'] as const;

/** Viewers read; operators plan, apply and freeze; owners also manage tokens. */
export type Role = (typeof ROLES)[number];

export function isRole(text: string): text is Role {
  return ROLES.some((role) => role === text);
}

export function covers(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** The hooks of git after which what is declared may be another: each is run once what it tells of has happened. */
export const GIT_HOOKS = ['post-commit', 'post-merge', 'post-checkout', 'post-rewrite'] as const;

export type GitHook = (typeof GIT_HOOKS)[number];

/** The issues of a repo on GitHub or GitLab behind their HTTP interface, as far as one that is kept up to date is concerned. */
import { isJsonArray, type Json, type JsonObject, scalarText } from '../../src/model/json.ts';
import {
  type ForgeAnswer,
  type ForgeOptions,
  type ForgeRequest,
  type ForgeServer,
  forgeServer,
  pageOf,
} from './forge-server.ts';

export interface ForgeIssue {
  readonly number: number;
  readonly author: string;
  readonly title: string;
  readonly body: string;
  readonly isOpen: boolean;
  /** Why it was closed; GitHub alone knows it. */
  readonly reason: string | null;
  readonly labels: readonly string[];
  /** To GitHub, a pull request is an issue as well. */
  readonly isPullRequest: boolean;
}

export interface ForgeIssues extends ForgeServer {
  readonly issues: ForgeIssue[];
  /** Answers that are given to the next requests, in place of what they ask for; `null` for one that gets it. */
  readonly refusals: (ForgeAnswer | null)[];
  /** Called before an issue is opened: what somebody else does at that moment. */
  beforeOpening: () => void;
}

/** The most characters that GitHub takes for the text of an issue. */
const MOST = 65_536;

export function forgeIssue(given: Partial<ForgeIssue> & Pick<ForgeIssue, 'number'>): ForgeIssue {
  return { author: 'kim', title: '', body: '', isOpen: true, reason: null, labels: [], isPullRequest: false, ...given };
}

export async function forgeIssues(options: ForgeOptions, before: readonly ForgeIssue[] = []): Promise<ForgeIssues> {
  const { forge, author } = options;
  const isGitHub = forge === 'github';
  const issues = [...before];
  const refusals: (ForgeAnswer | null)[] = [];
  const collection = isGitHub ? '/repos/acme/shop/issues' : '/projects/42/issues';

  function answer(request: ForgeRequest): ForgeAnswer {
    const refusal = refusals.shift();
    if (refusal !== undefined && refusal !== null) return refusal;
    const { method, pathname, query, body } = request;
    if (method === 'GET' && pathname === collection) return listed(query);
    if (method === 'POST' && pathname === collection) {
      served.beforeOpening();
      const opened = changed(forgeIssue({ number: issues.length + 1, author }), body);
      if (opened === null) return { status: 422, body: {} };
      issues.push(opened);
      return { status: 201, body: shown(opened) };
    }
    const index = issues.findIndex(({ number }) => pathname === `${collection}/${number}`);
    const found = issues[index];
    if (method !== (isGitHub ? 'PATCH' : 'PUT') || found === undefined) return { status: 404, body: {} };
    const after = changed(found, body);
    if (after === null) return { status: 422, body: {} };
    issues[index] = after;
    return { status: 200, body: shown(after) };
  }

  /** Nobody asks for less than all states: GitHub would list what is open. */
  function listed(query: URLSearchParams): ForgeAnswer {
    const creator = query.get(isGitHub ? 'creator' : 'author_username');
    const isAsked =
      query.get('state') === 'all' && query.get(isGitHub ? 'direction' : 'sort') === 'asc' && creator !== null;
    if (!isAsked) return { status: 422, body: {} };
    return {
      status: 200,
      body: pageOf(
        issues.filter((issue) => issue.author === creator),
        query,
      ).map(shown),
    };
  }

  /** `null` for what the forge does not take. */
  function changed(issue: ForgeIssue, request: JsonObject): ForgeIssue | null {
    let after = issue;
    for (const [name, value] of Object.entries(request)) {
      const next = (isGitHub ? changedOnGitHub : changedOnGitLab)(after, name, value);
      if (next === null) return null;
      after = next;
    }
    return after.title === '' || after.body.length > MOST ? null : after;
  }

  function shown({
    number,
    author: login,
    title,
    body,
    isOpen,
    reason,
    labels,
    isPullRequest,
  }: ForgeIssue): JsonObject {
    if (isGitHub) {
      return {
        number,
        title,
        body: body === '' ? null : body,
        user: { login },
        state: isOpen ? 'open' : 'closed',
        state_reason: reason,
        labels: labels.map((name) => ({ name })),
        html_url: `https://forge.example/acme/shop/issues/${number}`,
        ...(isPullRequest ? { pull_request: {} } : {}),
      };
    }
    return {
      id: 1000 + number,
      iid: number,
      title,
      description: body,
      author: { username: login },
      state: isOpen ? 'opened' : 'closed',
      labels,
      web_url: `https://forge.example/acme/shop/-/issues/${number}`,
    };
  }

  const server = await forgeServer(options, answer);
  const served: ForgeIssues = { ...server, issues, refusals, beforeOpening: () => undefined };
  return served;
}

function changedOnGitHub(issue: ForgeIssue, name: string, value: Json): ForgeIssue | null {
  if (name === 'title') return { ...issue, title: scalarText(value) };
  if (name === 'body') return { ...issue, body: scalarText(value) };
  if (name === 'labels' && isJsonArray(value)) return { ...issue, labels: value.map((label) => scalarText(label)) };
  if (name === 'state_reason') return { ...issue, reason: scalarText(value) };
  if (name !== 'state') return null;
  return value === 'open' ? { ...issue, isOpen: true, reason: 'reopened' } : { ...issue, isOpen: false };
}

function changedOnGitLab(issue: ForgeIssue, name: string, value: Json): ForgeIssue | null {
  if (name === 'title') return { ...issue, title: scalarText(value) };
  if (name === 'description') return { ...issue, body: scalarText(value) };
  if (name === 'labels' && typeof value === 'string') {
    return { ...issue, labels: value.split(',').filter((label) => label !== '') };
  }
  if (name !== 'state_event') return null;
  return { ...issue, isOpen: value === 'reopen' };
}

/** Expressions of GitHub workflows, as far as ours use them: paths, texts, `==`, `!=`, `!`, `&&`, `||` and the state of the job. */
import { type Json, type JsonObject, memberAt } from '../../../src/model/json.ts';

export interface ExpressionContext {
  readonly values: JsonObject;
  /** Whether no step has failed until now. */
  readonly isSuccess: boolean;
}

const TOKEN = /\s*(?:('(?:[^']|'')*')|(==|!=|&&|\|\||[!()])|([\w.-]+))/y;
const STATE_FUNCTION = /\b(?:always|success|failure|cancelled)\(\)/;

/** What a text with `${{ … }}` in it comes to. */
export function filled(text: string, context: ExpressionContext): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/g, (_whole, expression: string) => textOf(evaluated(expression, context)));
}

/** Whether a step or job with this condition is run. Without a state function it is run only while nothing has failed. */
export function holds(condition: string | undefined, context: ExpressionContext): boolean {
  if (condition === undefined) return context.isSuccess;
  const isMet = isTrue(evaluated(condition, context));
  return isMet && (context.isSuccess || STATE_FUNCTION.test(condition));
}

function textOf(value: Json): string {
  return value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isTrue(value: Json): boolean {
  return value !== null && value !== false && value !== '' && value !== 0;
}

function evaluated(expression: string, { values, isSuccess }: ExpressionContext): Json {
  const tokens = tokensOf(expression);

  function either(): Json {
    let value = both();
    while (tokens[0] === '||') {
      tokens.shift();
      const other = both();
      if (!isTrue(value)) value = other;
    }
    return value;
  }

  function both(): Json {
    let value = compared();
    while (tokens[0] === '&&') {
      tokens.shift();
      const other = compared();
      if (isTrue(value)) value = other;
    }
    return value;
  }

  function compared(): Json {
    const left = single();
    const [operator] = tokens;
    if (operator !== '==' && operator !== '!=') return left;
    tokens.shift();
    return (textOf(left) === textOf(single())) === (operator === '==');
  }

  function single(): Json {
    const token = tokens.shift();
    if (token === '!') return !isTrue(single());
    if (token === '(') {
      const value = either();
      tokens.shift();
      return value;
    }
    if (token === undefined) throw new Error(`no expression: ${expression}`);
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (tokens[0] !== '(') return memberAt(values, ...token.split('.'));
    tokens.splice(0, 2);
    if (token === 'always') return true;
    if (token === 'success') return isSuccess;
    throw new Error(`no function of ours: ${token}`);
  }

  const value = either();
  if (tokens.length > 0) throw new Error(`no expression: ${expression}`);
  return value;
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  const text = expression.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`no expression: ${expression}`);
    tokens.push(match[0].trim());
  }
  return tokens;
}

/** Whether a text is a condition on a JSON answer: `<singular query> <operator> <JSON literal>`, or a query alone. */

const NAME = String.raw`(?:\.[A-Za-z_\u0080-\uffff][\w\u0080-\uffff-]*)`;
const SELECTOR = String.raw`(?:\[\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+)\s*\])`;
const SINGULAR = new RegExp(String.raw`^\s*\$(?:${NAME}|${SELECTOR})*\s*(?:(==|!=|<=|>=|<|>)\s*(\S.*?)\s*)?$`, 's');

export function isJsonCondition(text: string): boolean {
  const match = SINGULAR.exec(text);
  if (match === null) return false;
  const [, operator, literal] = match;
  return operator === undefined || literal === undefined || isLiteral(literal);
}

function isLiteral(text: string): boolean {
  if (/^'(?:[^'\\]|\\.)*'$/.test(text)) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

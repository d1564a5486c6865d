/** The id of a step on a page: its place in the run, since names of people never stand where HTML expects an id. */
export function stepId(index: number): string {
  return `step-${index}`;
}

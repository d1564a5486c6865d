/** Progress of what is counted in bytes: a line for each tenth. */

export function tenths(note: (text: string) => void, what: string): (done: number, whole: number) => void {
  let told = 0;
  return (done, whole) => {
    const tenth = whole === 0 ? 10 : Math.min(10, Math.floor((done / whole) * 10));
    if (tenth <= told) return;
    told = tenth;
    note(`${what}: ${tenth * 10} %`);
  };
}

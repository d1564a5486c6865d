/**
 * Boards that are emulated. libvirt knows families, such as `q35`, and makes the newest version of one of it when a machine is
 * defined: `pc-q35-7.2`. Who asks for a family is content with any version of it.
 */

/** `pc-q35-7.2` → `q35`, `pc-i440fx-7.2` → `pc`, `virt-7.2` → `virt`; a family is itself. */
export function familyOf(machine: string): string {
  const family = machine.replace(/-\d+(\.\d+)*$/, '');
  if (family === 'pc-i440fx') return 'pc';
  return family === 'pc-q35' ? 'q35' : family;
}

/** Whether a board is what was asked for. */
export function isMachine(wanted: string, found: string): boolean {
  return wanted === found || (wanted === familyOf(wanted) && wanted === familyOf(found));
}

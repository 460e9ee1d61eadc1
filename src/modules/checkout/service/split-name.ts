/** "Aiko van Dam" → Aiko / van Dam, at the first space. For customers who typed one field. */
export function splitName(fullName: string): { firstName: string | null; lastName: string | null } {
  const trimmed = fullName.trim();
  const space = trimmed.indexOf(' ');
  const first = space < 0 ? trimmed : trimmed.slice(0, space);
  const last = space < 0 ? '' : trimmed.slice(space + 1).trim();
  // The columns hold 120 characters; the address keeps the whole name.
  return { firstName: first.slice(0, 120) || null, lastName: last.slice(0, 120) || null };
}

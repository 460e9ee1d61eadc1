/** "Aiko van Dam" → Aiko / van Dam, at the first space. For customers who typed one field. */
export function splitName(fullName: string): { firstName: string | null; lastName: string | null } {
  const trimmed = fullName.trim();
  const space = trimmed.indexOf(' ');
  const first = space < 0 ? trimmed : trimmed.slice(0, space);
  const last = space < 0 ? '' : trimmed.slice(space + 1).trim();
  return { firstName: cut(first) || null, lastName: cut(last) || null };
}

/** The columns hold 120 characters; the address keeps the whole name. Half of a character is one that Postgres cannot keep. */
function cut(name: string): string {
  return Array.from(name).slice(0, 120).join('');
}

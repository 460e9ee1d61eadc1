/** What canonical JSON may hold. No null and no fractions: other languages spell them in several ways. */
export type Canonical =
  string | number | boolean | readonly Canonical[] | { readonly [key: string]: Canonical };

/**
 * JSON with sorted keys and no white space, so that equal contents have equal hashes.
 *
 * @throws TypeError on null, undefined, fractions and integers beyond 2^53.
 */
export function canonicalJson(value: Canonical): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new TypeError(`${String(value)} is not an integer`);
  }
  if (typeof value !== 'object') return scalarJson(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  // `entries` throws on null, which the type rules out but a JSON column may hold.
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** `JSON.stringify` answers undefined for undefined and functions, whatever its type says. */
function scalarJson(value: string | number | boolean): string {
  const json: unknown = JSON.stringify(value);
  if (typeof json !== 'string') throw new TypeError('not canonical JSON');
  return json;
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList(value: Canonical): value is readonly Canonical[] {
  return Array.isArray(value);
}

/** What is to be checked; each part as it came, nothing about it is trusted. */
export type Material = { readonly proof?: unknown; readonly audit?: unknown };

/**
 * What a JSON document brings: a proof, the audit of a box, or both; null if it is none of them. The API wraps what it answers
 * in `data`; a file may hold either.
 */
export function sortJson(json: unknown): Material | null {
  if (!isObject(json)) return null;
  if ('manifest' in json) return { audit: json };
  if ('salt' in json) return { proof: json };
  if ('proof' in json || 'audit' in json) {
    const both = {
      ...('proof' in json && isObject(json.proof) && { proof: json.proof }),
      ...('audit' in json && isObject(json.audit) && { audit: json.audit }),
    };
    return 'proof' in both || 'audit' in both ? both : null;
  }
  return 'data' in json && isObject(json.data) && !('data' in json.data)
    ? sortJson(json.data)
    : null;
}

/**
 * What is there to check after somebody opened more: the proof of one file and the box of another belong together, unless they
 * are of two boxes. Then only the new is meant.
 */
export function joinMaterial(known: Material, opened: Material): Material {
  const { proof, audit } = { ...known, ...opened };
  if (proof === undefined || audit === undefined) return { ...known, ...opened };
  const isOneBox = textOf(proof, 'setId') === textOf(fieldOf(audit, 'manifest'), 'setId');
  return isOneBox ? { proof, audit } : opened;
}

/** A text of a foreign object, or empty. */
export function textOf(value: unknown, key: string): string {
  const found = fieldOf(value, key);
  return typeof found === 'string' ? found : '';
}

function fieldOf(value: unknown, key: string): unknown {
  return isObject(value) ? new Map<string, unknown>(Object.entries(value)).get(key) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

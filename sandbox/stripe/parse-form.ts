import { invalidParam } from './stripe-refusal.ts';

/** A decoded form: text, lists and named values, as nested as its brackets. */
export type FormValue = string | FormValue[] | { [name: string]: FormValue };

type Branch = Map<string, string | Branch>;

const MAX_DEPTH = 8;

/**
 * Decodes `a[b][0][c]=1` and `a[]=1` as Stripe does. A group whose names are 0, 1, 2 … is a list.
 * @throws StripeRefusal for brackets that do not pair, or nest deeper than any parameter does
 */
export function parseForm(text: string): Record<string, FormValue> {
  const root: Branch = new Map();
  for (const [key, value] of new URLSearchParams(text)) plant(root, readPath(key), value);
  return Object.fromEntries([...root].map(([name, node]) => [name, harvest(node)]));
}

function readPath(key: string): string[] {
  const parts = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(key);
  const [, head, rest] = parts ?? [];
  if (head === undefined || rest === undefined)
    throw invalidParam(`Invalid parameter: ${key}`, key);
  const path = [head, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1] ?? '')];
  if (path.length > MAX_DEPTH) throw invalidParam(`Too deep: ${key}`, key);
  return path;
}

function plant(branch: Branch, path: readonly string[], value: string): void {
  const [head = '', ...rest] = path;
  const name = head === '' ? String(branch.size) : head;
  if (rest.length === 0) {
    branch.set(name, value);
    return;
  }
  const known = branch.get(name);
  const next: Branch = typeof known === 'object' ? known : new Map<string, string | Branch>();
  branch.set(name, next);
  plant(next, rest, value);
}

function harvest(node: string | Branch): FormValue {
  if (typeof node === 'string') return node;
  const entries = [...node].map(([name, value]): [string, FormValue] => [name, harvest(value)]);
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index));
  // fromEntries defines own properties, so a parameter called __proto__ is only a name.
  return isList ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

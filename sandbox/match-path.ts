export type RequestMatcher = (method: string, path: string) => boolean;

/**
 * Reads `METHOD /path`. A segment may be `:name` or `*`, either of which stands for any one segment;
 * a `*` at the end stands for all that follow. The query is no part of it.
 * @throws RangeError if the text has another shape
 */
export function matchRequest(match: string): RequestMatcher {
  const parts = /^([A-Za-z]+|\*) (\/\S*)$/.exec(match.trim());
  const [, method, pattern] = parts ?? [];
  if (method === undefined || pattern === undefined) {
    throw new RangeError(`"${match}" is not of the form "METHOD /path"`);
  }
  const wanted = pattern.split('/');
  return (gotMethod, gotPath) =>
    (method === '*' || gotMethod.toUpperCase() === method.toUpperCase()) &&
    fits(wanted, gotPath.split('/'));
}

function fits(wanted: readonly string[], got: readonly string[]): boolean {
  const isOpenEnded = wanted.at(-1) === '*';
  if (isOpenEnded ? got.length < wanted.length : got.length !== wanted.length) return false;
  return wanted.every(
    (segment, index) => segment === '*' || segment.startsWith(':') || segment === got[index],
  );
}

/** A `fetch` that gives up: the SDK has no timeout of its own and would wait for ever. */
export function fetchWithTimeout(timeoutMs: number): typeof fetch {
  return (input, init) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const given = init?.signal ?? null;
    const signal = given === null ? timeout : AbortSignal.any([given, timeout]);
    return fetch(input, { ...init, signal });
  };
}

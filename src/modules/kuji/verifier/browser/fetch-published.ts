import { sortJson, textOf, type Material } from './sort-json.ts';

/** What the shop publishes, or a sentence why there is nothing to check. */
export type Fetched =
  { readonly material: Material; readonly reason: null } | { readonly reason: string };

const NOT_PROVABLE =
  'There is no proof for this ticket: either it has not been opened yet, or there is no such ticket. ' +
  'Before a ticket is opened nobody can look up its prize, not even here. ' +
  'A Last One has no proof of its own: the history of its box shows who had to get it.';

/** Proof of an opened ticket and the history of its box. */
export async function fetchTicket(ticketNumber: string): Promise<Fetched> {
  const path = `/api/v1/kuji/tickets/${encodeURIComponent(ticketNumber)}/proof`;
  const answer = await fetchJson(path, NOT_PROVABLE);
  if (answer.reason !== null) return answer;
  const { proof } = answer.material;
  if (proof === undefined) return { reason: 'The shop answered something that is no proof.' };
  const box = await fetchBox(textOf(proof, 'setId'));
  return box.reason === null
    ? { material: { proof, audit: box.material.audit }, reason: null }
    : box;
}

export function fetchBox(setId: string): Promise<Fetched> {
  return fetchJson(
    `/api/v1/kuji/sets/${encodeURIComponent(setId)}/audit`,
    'There is no such box on sale or in the history.',
  );
}

/** Never rejects: that the shop is away is an answer, too. */
async function fetchJson(path: string, notFound: string): Promise<Fetched> {
  try {
    const response = await fetch(path, { headers: { accept: 'application/json' } });
    if (response.status === 404 || response.status === 400) return { reason: notFound };
    if (!response.ok) {
      return { reason: `The shop answered with status ${response.status}. Try again in a moment.` };
    }
    const material = sortJson(await response.json());
    return material === null
      ? { reason: 'The shop answered something that is neither a proof nor a history.' }
      : { material, reason: null };
  } catch {
    return { reason: 'The shop cannot be reached. A saved proof can be checked without it.' };
  }
}

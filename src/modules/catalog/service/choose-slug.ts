import { firstFreeSlug, makeSlug } from './make-slug.ts';

/**
 * The slug for a person's `wanted` text, or for a blank one the first free slug made from the name. Null if the wanted
 * one is taken; `loadTaken` leaves out what the thing itself has.
 */
export async function chooseSlug(request: {
  wanted: string;
  name: string;
  fallback: string;
  maxLength: number;
  loadTaken: (base: string) => Promise<ReadonlySet<string>>;
}): Promise<string | null> {
  const { wanted, name, fallback, maxLength, loadTaken } = request;
  const isChosen = wanted.trim() !== '';
  const base = makeSlug(isChosen ? wanted : name, { fallback, maxLength });
  const taken = await loadTaken(base);
  if (isChosen && taken.has(base)) return null;
  return firstFreeSlug(base, taken);
}

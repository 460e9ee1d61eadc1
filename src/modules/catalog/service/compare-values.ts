import { stableJson } from '../../../kernel/hash.ts';

type Values = Readonly<Record<string, unknown>>;

/** The values that an edit changes, as they were and as they are. For audit entries and for writing no more than that. */
export type Difference<After extends Values = Values> = { before: Values; after: Partial<After> };

/** Compares what is wanted with what is there; what is not named in `wanted` stays out of it. */
export function compareValues<Wanted extends Values>(
  present: Values,
  wanted: Wanted,
): Difference<Wanted> {
  const names = Object.keys(wanted).filter(
    (name) => stableJson([present[name]]) !== stableJson([wanted[name]]),
  );
  const pick = (values: Values) => Object.fromEntries(names.map((name) => [name, values[name]]));
  return { before: pick(present), after: pick(wanted) as Partial<Wanted> };
}

import { sql, type SQL } from 'drizzle-orm';

/**
 * `column = ANY (a list)` for statements that are written once; the list is the placeholder of that name. Behind a SELECT its
 * length is no part of the plan: else each call would be planned anew.
 */
export function oneOfIds(placeholder: string): SQL {
  return sql`ANY ((SELECT ${sql.placeholder(placeholder)}::uuid[])::uuid[])`;
}

/** The same for a list of texts. */
export function oneOfTexts(placeholder: string): SQL {
  return sql`ANY ((SELECT ${sql.placeholder(placeholder)}::text[])::text[])`;
}

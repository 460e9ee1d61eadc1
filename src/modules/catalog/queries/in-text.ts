import { sql, type SQL } from 'drizzle-orm';

/**
 * A number of the shop's own code, or one that a contract has checked, in a statement's text. Behind a parameter the planner
 * expects that LIMIT leaves a tenth of all rows.
 */
// eslint-disable-next-line no-restricted-syntax -- a number has no syntax
export const inText = (count: number): SQL => sql.raw(String(count));

import { z } from 'zod';
import { cursorInstant, decodeCursor, encodeCursor } from '../../../http/pagination.ts';

export const ADMIN_PRODUCT_SORTS = [
  'created_desc',
  'created_asc',
  'updated_desc',
  'updated_asc',
  'price_desc',
  'price_asc',
  'name_asc',
  'name_desc',
  'inventory_desc',
  'inventory_asc',
] as const;
export type AdminProductSort = (typeof ADMIN_PRODUCT_SORTS)[number];

/** Where a page ended: the value that it is sorted by, and the id that breaks ties. */
export type AdminPosition = { value: string | number; id: string };

const INT4 = 2_147_483_647;
// Whatever passes must be readable by Postgres: a cursor is ignored, it never is an error.
const VALUES = {
  instant: cursorInstant,
  number: z.int().min(-INT4).max(INT4),
  text: z
    .string()
    .max(1_000)
    .refine((value) => value.isWellFormed() && !value.includes('\0')),
};

function shapeOf(sort: AdminProductSort) {
  const value = VALUES[kindOf(sort)];
  // With its sort, so that a page of falling prices does not pass for one of falling stock.
  return z.strictObject({ sort: z.literal(sort), value, id: z.guid() });
}

function kindOf(sort: AdminProductSort): keyof typeof VALUES {
  switch (sort) {
    case 'created_desc':
    case 'created_asc':
    case 'updated_desc':
    case 'updated_asc':
      return 'instant';
    case 'name_asc':
    case 'name_desc':
      return 'text';
    case 'price_desc':
    case 'price_asc':
    case 'inventory_desc':
    case 'inventory_asc':
      return 'number';
  }
}

/** The position in the cursor; null (page one) if there is none, or none that fits the sort. */
export function readAdminCursor(
  sort: AdminProductSort,
  cursor: string | undefined,
): AdminPosition | null {
  return decodeCursor(cursor, shapeOf(sort));
}

export function writeAdminCursor(sort: AdminProductSort, position: AdminPosition): string {
  return encodeCursor({ sort, value: position.value, id: position.id });
}

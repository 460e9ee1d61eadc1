import { sql } from 'drizzle-orm';

/**
 * True if something of the alias `product` can be bought now: an active variant, or a ticket. For showing only; a
 * sale asks the stock itself. Not EXISTS: for that the planner reads the whole stock once, where a few products ask.
 */
export const IS_AVAILABLE = sql`(
  SELECT true FROM popbox.catalog_stock held
  LEFT JOIN popbox.variants offered ON offered.id = held.variant_id
  WHERE held.product_id = product.id AND held.on_hand > held.reserved
    AND (held.variant_id IS NULL OR offered.is_active)
  LIMIT 1
)`;

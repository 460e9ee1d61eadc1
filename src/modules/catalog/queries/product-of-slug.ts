import { sql, type Placeholder, type SQL } from 'drizzle-orm';

/** The id of the product that has this slug, or had it once: links outlive renamings. */
export function productOfSlug(slug: string | Placeholder): SQL {
  return sql`(SELECT known.product_id FROM popbox.product_slugs known WHERE known.slug = ${slug})`;
}

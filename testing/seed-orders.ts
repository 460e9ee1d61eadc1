import type pg from 'pg';

/** Fills an empty database with this many customers, each with one paid order; every five hundredth waits for a person. */
export async function seedOrders(pool: pg.Pool, count: number): Promise<void> {
  await pool.query(
    `INSERT INTO popbox.customers (id, email, first_name, last_name, created_at)
     SELECT gen_random_uuid(), 'shopper' || n || '@example.com', 'First' || md5(n::text), 'Last' || md5((n * 7)::text),
       now() - n * interval '1 minute'
     FROM generate_series(1, $1::int) n`,
    [count],
  );
  await pool.query(
    `INSERT INTO popbox.orders (id, public_id, customer_id, subtotal_cents, shipping_cents, tax_cents, total_cents,
       gst_cents, pst_cents, hst_cents, qst_cents, gst_rate_ppm, pst_rate_ppm, hst_rate_ppm, qst_rate_ppm, shipping_region,
       email, customer_snapshot, shipping_address, hold_expires_at, created_at, payment_state, fulfilment_state, paid_at,
       attention_code, attention_message, attention_hint, attention_at)
     SELECT gen_random_uuid(), 'PBX-' || upper(substr(md5(n::text), 1, 10)), c.id, n % 9000, 0, 0, n % 9000, 0, 0, 0, 0, 0, 0, 0,
       0, 'canada', c.email, jsonb_build_object('email', c.email),
       jsonb_build_object('fullName', c.first_name || ' ' || c.last_name), now(), c.created_at, 'paid',
       CASE WHEN n % 10 = 0 THEN 'none' ELSE 'shipped' END, now(), CASE WHEN n % 500 = 0 THEN 'DISPUTED' END,
       CASE WHEN n % 500 = 0 THEN 'x' END, CASE WHEN n % 500 = 0 THEN 'x' END, CASE WHEN n % 500 = 0 THEN now() END
     FROM (SELECT *, substr(email, 8, position('@' IN email) - 8)::int AS n FROM popbox.customers) c`,
  );
  await pool.query('VACUUM ANALYZE popbox.orders, popbox.customers');
}

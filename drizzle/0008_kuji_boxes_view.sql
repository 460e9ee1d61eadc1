-- The box that people see, as in catalog_kuji_prizes, with its sold tickets that nobody has opened. They are counted, because
-- stock cannot tell them: a box that was ended early has none left, though not all of it was sold.
CREATE VIEW popbox.catalog_kuji_boxes AS
SELECT shown.product_id, shown.id AS set_id, (
  SELECT count(*)::int FROM popbox.kuji_tickets ticket
  WHERE ticket.set_id = shown.id AND ticket.kind = 'number' AND ticket.revealed_at IS NULL AND ticket.voided_at IS NULL
) AS sold_unopened
FROM popbox.kuji_sets shown
WHERE NOT EXISTS (
  SELECT 1 FROM popbox.kuji_sets better
  WHERE better.product_id = shown.product_id AND better.id <> shown.id
    AND (better.state <> 'draft', better.set_number) > (shown.state <> 'draft', shown.set_number)
);

CREATE TABLE "popbox"."disputes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"provider_ref" varchar(255) NOT NULL,
	"amount_cents" integer NOT NULL,
	"currency" varchar(3) NOT NULL,
	"status" varchar(40) NOT NULL,
	"closed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "disputes_amount" CHECK (amount_cents >= 0)
);
--> statement-breakpoint
ALTER TABLE "popbox"."disputes" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."surplus_payments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"session_id" varchar(255) NOT NULL,
	"intent_id" varchar(255) NOT NULL,
	"amount_cents" integer NOT NULL,
	"currency" varchar(3) NOT NULL,
	"state" varchar(16) DEFAULT 'requested' NOT NULL,
	"provider_ref" varchar(255),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "surplus_payments_state" CHECK ("state" IN ('requested', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled')),
	CONSTRAINT "surplus_payments_amount" CHECK (amount_cents > 0),
	CONSTRAINT "surplus_payments_answered" CHECK (CASE WHEN state = 'requested' THEN provider_ref IS NULL WHEN state = 'failed' THEN true ELSE provider_ref IS NOT NULL END)
);
--> statement-breakpoint
ALTER TABLE "popbox"."surplus_payments" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "popbox"."orders" ADD COLUMN "disputed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "popbox"."disputes" ADD CONSTRAINT "disputes_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "popbox"."orders"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."surplus_payments" ADD CONSTRAINT "surplus_payments_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "popbox"."orders"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "disputes_provider_ref" ON "popbox"."disputes" USING btree ("provider_ref");--> statement-breakpoint
CREATE INDEX "disputes_order" ON "popbox"."disputes" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "surplus_payments_order" ON "popbox"."surplus_payments" USING btree ("order_id");--> statement-breakpoint
CREATE UNIQUE INDEX "surplus_payments_session" ON "popbox"."surplus_payments" USING btree ("session_id");--> statement-breakpoint
CREATE UNIQUE INDEX "surplus_payments_intent" ON "popbox"."surplus_payments" USING btree ("intent_id");--> statement-breakpoint
CREATE UNIQUE INDEX "surplus_payments_provider_ref" ON "popbox"."surplus_payments" USING btree ("provider_ref");--> statement-breakpoint
CREATE INDEX "surplus_payments_unanswered" ON "popbox"."surplus_payments" USING btree ("created_at") WHERE state = 'requested';--> statement-breakpoint
CREATE INDEX "orders_disputed" ON "popbox"."orders" USING btree ("disputed_at") WHERE disputed_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE "popbox"."orders" ADD CONSTRAINT "orders_disputed_when_paid" CHECK (disputed_at IS NULL OR paid_at IS NOT NULL);--> statement-breakpoint
CREATE TRIGGER surplus_payments_touch BEFORE UPDATE ON popbox.surplus_payments FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();--> statement-breakpoint
CREATE TRIGGER disputes_touch BEFORE UPDATE ON popbox.disputes FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();--> statement-breakpoint
-- Sums per row by index, so that one page of the report reads one page of the ledger.
CREATE VIEW popbox.inventory_check AS
SELECT found.*, array_remove(ARRAY[
  CASE WHEN on_hand <> ledger_on_hand THEN 'ON_HAND_DIFFERS_FROM_LEDGER' END,
  CASE WHEN reserved <> ledger_reserved THEN 'RESERVED_DIFFERS_FROM_LEDGER' END,
  CASE WHEN reserved <> live_holds THEN 'RESERVED_DIFFERS_FROM_HOLDS' END,
  CASE WHEN sold <> converted_holds THEN 'SOLD_DIFFERS_FROM_HOLDS' END,
  CASE WHEN ended_order_holds > 0 THEN 'HELD_FOR_AN_ENDED_ORDER' END,
  CASE WHEN on_hand <> free_numbers THEN 'ON_HAND_DIFFERS_FROM_BOX' END
], NULL) AS differences
FROM (
  SELECT i.id AS inventory_id, i.product_id, i.variant_id, i.on_hand, i.reserved,
    ledger.on_hand AS ledger_on_hand, ledger.reserved AS ledger_reserved,
    ledger.received, ledger.restocked, ledger.sold, ledger.written_off,
    held.live AS live_holds, converted.quantity AS converted_holds, held.ended_order AS ended_order_holds,
    box.free_numbers
  FROM popbox.inventory i
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(m.on_hand_delta), 0)::int AS on_hand, coalesce(sum(m.reserved_delta), 0)::int AS reserved,
      coalesce(sum(m.on_hand_delta) FILTER (WHERE m.reason = 'received'), 0)::int AS received,
      coalesce(sum(m.on_hand_delta) FILTER (WHERE m.reason = 'restocked'), 0)::int AS restocked,
      coalesce(-sum(m.on_hand_delta) FILTER (WHERE m.reason = 'sold'), 0)::int AS sold,
      coalesce(-sum(m.on_hand_delta) FILTER (WHERE m.reason = 'written_off'), 0)::int AS written_off
    FROM popbox.inventory_movements m WHERE m.inventory_id = i.id
  ) ledger
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(h.quantity), 0)::int AS live,
      coalesce(sum(h.quantity) FILTER (WHERE o.status <> 'pending_payment'), 0)::int AS ended_order
    FROM popbox.holds h JOIN popbox.orders o ON o.id = h.order_id
    WHERE h.inventory_id = i.id AND h.state = 'live'
  ) held
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(h.quantity), 0)::int AS quantity
    FROM popbox.inventory_movements m JOIN popbox.holds h ON h.id = m.hold_id AND h.state = 'converted'
    WHERE m.inventory_id = i.id AND m.reason = 'sold'
  ) converted
  LEFT JOIN LATERAL (
    SELECT (SELECT count(*)::int FROM popbox.kuji_numbers n WHERE n.set_id = s.id AND n.state = 'free') AS free_numbers
    FROM popbox.kuji_sets s WHERE i.variant_id IS NULL AND s.product_id = i.product_id AND s.state = 'open'
  ) box ON true
) found;--> statement-breakpoint
CREATE VIEW popbox.payment_check AS
SELECT found.payment_id, found.order_id, found.public_id, found.order_status, found.state, found.expected_cents,
  found.received_cents, found.received_currency, found.refunded_cents, found.ledger_received_cents,
  found.ledger_refunded_cents, found.succeeded_refunds_cents, found.open_refunds_cents, found.surplus_cents,
  found.surplus_returned_cents, array_remove(ARRAY[
  CASE WHEN received_cents <> ledger_received_cents THEN 'RECEIVED_DIFFERS_FROM_LEDGER' END,
  CASE WHEN refunded_cents <> ledger_refunded_cents THEN 'REFUNDED_DIFFERS_FROM_LEDGER' END,
  CASE WHEN refunded_cents <> succeeded_refunds_cents THEN 'REFUNDED_DIFFERS_FROM_REFUNDS' END,
  CASE WHEN succeeded_refunds_cents + open_refunds_cents > received_cents THEN 'REFUNDS_EXCEED_RECEIVED' END,
  CASE WHEN order_status IN ('paid', 'packed', 'shipped', 'refunded', 'paid_needs_attention') AND state NOT IN ('paid', 'refunded')
    THEN 'ORDER_WITHOUT_MONEY' END,
  CASE WHEN order_status IN ('pending_payment', 'expired', 'cancelled') AND state IN ('paid', 'refunded')
    THEN 'MONEY_WITHOUT_ORDER' END,
  CASE WHEN state IN ('paid', 'refunded') AND NOT is_accepted
    AND (received_cents <> expected_cents OR received_currency <> currency) THEN 'RECEIVED_DIFFERS_FROM_ORDER' END,
  CASE WHEN (order_status = 'refunded') <> (received_cents > 0 AND succeeded_refunds_cents = received_cents)
    THEN 'STATUS_DIFFERS_FROM_REFUNDS' END,
  CASE WHEN surplus_cents <> surplus_returned_cents THEN 'SECOND_PAYMENT_NOT_RETURNED' END
], NULL) AS differences
FROM (
  SELECT p.id AS payment_id, p.order_id, o.public_id, o.status AS order_status, p.state, o.total_cents AS expected_cents, o.currency,
    coalesce(p.received_cents, 0) AS received_cents, p.received_currency, p.refunded_cents,
    entries.received AS ledger_received_cents, entries.refunded AS ledger_refunded_cents,
    given.succeeded AS succeeded_refunds_cents, given.open AS open_refunds_cents,
    surplus.received AS surplus_cents, surplus.returned AS surplus_returned_cents,
    -- Somebody looked at the difference and served the order all the same.
    EXISTS (SELECT 1 FROM popbox.order_events e WHERE e.order_id = o.id AND e.kind = 'accepted') AS is_accepted
  FROM popbox.payments p JOIN popbox.orders o ON o.id = p.order_id
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(e.amount_cents) FILTER (WHERE e.kind = 'captured'), 0)::int AS received,
      coalesce(-sum(e.amount_cents) FILTER (WHERE e.kind <> 'captured'), 0)::int AS refunded
    FROM popbox.payment_entries e WHERE e.payment_id = p.id
  ) entries
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(r.amount_cents) FILTER (WHERE r.state = 'succeeded'), 0)::int AS succeeded,
      coalesce(sum(r.amount_cents) FILTER (WHERE r.state IN ('requested', 'pending', 'requires_action')), 0)::int AS open
    FROM popbox.refunds r WHERE r.payment_id = p.id
  ) given
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(s.amount_cents), 0)::int AS received,
      coalesce(sum(s.amount_cents) FILTER (WHERE s.state = 'succeeded'), 0)::int AS returned
    FROM popbox.surplus_payments s WHERE s.order_id = o.id
  ) surplus
) found;

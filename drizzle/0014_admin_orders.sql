CREATE TABLE "popbox"."order_notes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"actor" varchar(120) NOT NULL,
	"text" varchar(2000) NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "order_notes_text" CHECK (btrim(text) <> '')
);
--> statement-breakpoint
ALTER TABLE "popbox"."order_notes" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."shipments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"carrier_name" varchar(120),
	"tracking_number" varchar(120),
	"tracking_url" varchar(500),
	"is_url_derived" boolean DEFAULT false NOT NULL,
	"shipped_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "shipments_position_counts" CHECK (position >= 1),
	CONSTRAINT "shipments_filled" CHECK (btrim(carrier_name) <> '' AND btrim(tracking_number) <> '' AND btrim(tracking_url) <> ''),
	CONSTRAINT "shipments_url" CHECK (tracking_url ~* '^https?://'),
	CONSTRAINT "shipments_derived_url" CHECK (NOT is_url_derived OR tracking_url IS NOT NULL),
	CONSTRAINT "shipments_delivered_after_shipped" CHECK (CASE WHEN delivered_at IS NULL THEN true ELSE shipped_at IS NOT NULL AND delivered_at >= shipped_at END)
);
--> statement-breakpoint
ALTER TABLE "popbox"."shipments" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "popbox"."order_notes" ADD CONSTRAINT "order_notes_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "popbox"."orders"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."shipments" ADD CONSTRAINT "shipments_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "popbox"."orders"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "order_notes_order" ON "popbox"."order_notes" USING btree ("order_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "shipments_position" ON "popbox"."shipments" USING btree ("order_id","position");--> statement-breakpoint
CREATE INDEX "customers_created" ON "popbox"."customers" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "customers_search" ON "popbox"."customers" USING gin ((' ' || email || ' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, '')) gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "orders_total" ON "popbox"."orders" USING btree ("total_cents","id");--> statement-breakpoint
CREATE INDEX "orders_status_total" ON "popbox"."orders" USING btree ("status","total_cents","id");--> statement-breakpoint
CREATE INDEX "orders_attention" ON "popbox"."orders" USING btree ("created_at","id") WHERE attention_code IS NOT NULL;--> statement-breakpoint
CREATE INDEX "orders_search" ON "popbox"."orders" USING gin ((' ' || public_id || ' ' || email || ' ' || coalesce(customer_snapshot ->> 'firstName', '') || ' ' || coalesce(customer_snapshot ->> 'lastName', '') || ' ' || coalesce(shipping_address ->> 'fullName', '')) gin_trgm_ops);--> statement-breakpoint
CREATE TRIGGER shipments_touch BEFORE UPDATE ON popbox.shipments FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();
--> statement-breakpoint
CREATE VIEW popbox.order_money AS
SELECT order_id, session_id, intent_id, received_cents, received_currency, refunded_cents FROM popbox.payments;
--> statement-breakpoint
CREATE VIEW popbox.order_refunds AS
SELECT id, order_id, provider_ref AS stripe_refund_id, amount_cents, currency, state AS status, reason, requested_by, created_at
FROM popbox.refunds;
--> statement-breakpoint
-- A refund counts from its request: what is about to be paid back is not packed either.
CREATE VIEW popbox.order_refunded_lines AS
SELECT chosen.order_id, chosen.order_line_id, sum(chosen.quantity)::int AS quantity
FROM popbox.refund_lines chosen
JOIN popbox.refunds refund ON refund.id = chosen.refund_id AND refund.state NOT IN ('failed', 'canceled')
GROUP BY chosen.order_id, chosen.order_line_id;
--> statement-breakpoint
CREATE VIEW popbox.customer_orders AS
SELECT customer_id, count(*)::int AS order_count
FROM popbox.orders WHERE customer_id IS NOT NULL AND paid_at IS NOT NULL GROUP BY customer_id;

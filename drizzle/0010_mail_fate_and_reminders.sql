CREATE TABLE "popbox"."low_stock_alerts" (
	"inventory_id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "popbox"."low_stock_alerts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."ticket_reminders" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "popbox"."ticket_reminders" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."suppressed_addresses" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" varchar(320) NOT NULL,
	"reason" varchar(16) NOT NULL,
	"detail" varchar(300),
	"mail_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "suppressed_addresses_reason" CHECK ("reason" IN ('bounced', 'complained')),
	CONSTRAINT "suppressed_addresses_email_normalised" CHECK (email = lower(btrim(email)) AND email <> '')
);
--> statement-breakpoint
ALTER TABLE "popbox"."suppressed_addresses" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" DROP CONSTRAINT "outbox_mails_secret_only_while_queued";--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" ADD COLUMN "needs_secret" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" ADD COLUMN "round" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" ADD COLUMN "trying_since" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" ADD COLUMN "delivery" varchar(16);--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" ADD COLUMN "delivery_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" ADD COLUMN "delivery_reason" varchar(300);--> statement-breakpoint
ALTER TABLE "popbox"."low_stock_alerts" ADD CONSTRAINT "low_stock_alerts_inventory_id_inventory_id_fk" FOREIGN KEY ("inventory_id") REFERENCES "popbox"."inventory"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."ticket_reminders" ADD CONSTRAINT "ticket_reminders_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "popbox"."orders"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."suppressed_addresses" ADD CONSTRAINT "suppressed_addresses_mail_id_outbox_mails_id_fk" FOREIGN KEY ("mail_id") REFERENCES "popbox"."outbox_mails"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "suppressed_addresses_email" ON "popbox"."suppressed_addresses" USING btree ("email");--> statement-breakpoint
CREATE INDEX "suppressed_addresses_mail" ON "popbox"."suppressed_addresses" USING btree ("mail_id");--> statement-breakpoint
CREATE INDEX "kuji_tickets_closed" ON "popbox"."kuji_tickets" USING btree ("created_at") WHERE revealed_at IS NULL AND voided_at IS NULL;--> statement-breakpoint
CREATE INDEX "outbox_mails_provider_id" ON "popbox"."outbox_mails" USING btree ("provider_id") WHERE provider_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX "outbox_mails_state_id" ON "popbox"."outbox_mails" USING btree ("state","id");--> statement-breakpoint
CREATE INDEX "outbox_mails_recipient" ON "popbox"."outbox_mails" USING btree (lower("recipient"),"id");--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" ADD CONSTRAINT "outbox_mails_no_secret_when_sent" CHECK (state <> 'sent' OR sealed_secret IS NULL);--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" ADD CONSTRAINT "outbox_mails_round" CHECK (round >= 1);--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" ADD CONSTRAINT "outbox_mails_delivery" CHECK ("delivery" IN ('delivered', 'failed', 'bounced', 'complained'));--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" ADD CONSTRAINT "outbox_mails_delivery_of_sent" CHECK ((delivery IS NULL) = (delivery_at IS NULL) AND (delivery IS NULL OR state = 'sent')
          AND (delivery_reason IS NULL OR delivery IS NOT NULL));--> statement-breakpoint
CREATE VIEW popbox.order_payment_refs AS
SELECT p.order_id, p.intent_id AS payment_intent_id FROM popbox.payments p;--> statement-breakpoint
-- The provider's memory of a key began with the first try, soon after the row was written.
UPDATE popbox.outbox_mails SET trying_since = created_at,
  needs_secret = sealed_secret IS NOT NULL OR (kind IN ('order-confirmed', 'order-attention', 'refund') AND order_id IS NOT NULL);
--> statement-breakpoint
CREATE VIEW popbox.inventory_low_stock AS
SELECT i.id AS inventory_id, i.product_id, p.name AS product_name, v.name AS variant_name, i.on_hand, i.low_stock_threshold
FROM popbox.inventory i
JOIN popbox.products p ON p.id = i.product_id AND p.status = 'active'
LEFT JOIN popbox.variants v ON v.id = i.variant_id
WHERE i.low_stock_threshold > 0 AND i.on_hand <= i.low_stock_threshold
  AND (i.variant_id IS NULL OR (v.is_active AND v.removed_at IS NULL));

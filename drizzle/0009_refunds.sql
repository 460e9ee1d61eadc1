CREATE TABLE "popbox"."refund_lines" (
	"refund_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"order_line_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	"amount_cents" integer NOT NULL,
	CONSTRAINT "refund_lines_pk" PRIMARY KEY("refund_id","order_line_id"),
	CONSTRAINT "refund_lines_quantity" CHECK (quantity > 0 AND amount_cents >= 0)
);
--> statement-breakpoint
ALTER TABLE "popbox"."refund_lines" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."refund_tickets" (
	"refund_id" uuid NOT NULL,
	"ticket_id" uuid NOT NULL,
	CONSTRAINT "refund_tickets_pk" PRIMARY KEY("refund_id","ticket_id")
);
--> statement-breakpoint
ALTER TABLE "popbox"."refund_tickets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."refunds" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"payment_id" uuid NOT NULL,
	"provider_ref" varchar(255),
	"idempotency_key" varchar(255),
	"request_hash" varchar(64),
	"amount_cents" integer NOT NULL,
	"currency" varchar(3) NOT NULL,
	"state" varchar(16) NOT NULL,
	"reason" varchar(300),
	"includes_shipping" boolean DEFAULT false NOT NULL,
	"restock" boolean DEFAULT false NOT NULL,
	"requested_by" varchar(120) NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "refunds_of_order" UNIQUE("order_id","id"),
	CONSTRAINT "refunds_state" CHECK ("state" IN ('requested', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled')),
	CONSTRAINT "refunds_amount" CHECK (amount_cents > 0),
	CONSTRAINT "refunds_key_hash" CHECK ((idempotency_key IS NULL) = (request_hash IS NULL)),
	CONSTRAINT "refunds_answered" CHECK (CASE WHEN state = 'requested' THEN provider_ref IS NULL WHEN state = 'failed' THEN true ELSE provider_ref IS NOT NULL END),
	CONSTRAINT "refunds_origin" CHECK (idempotency_key IS NOT NULL OR provider_ref IS NOT NULL)
);
--> statement-breakpoint
ALTER TABLE "popbox"."refunds" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "popbox"."payment_entries" DROP CONSTRAINT "payment_entries_kind";--> statement-breakpoint
ALTER TABLE "popbox"."payment_entries" DROP CONSTRAINT "payment_entries_sign";--> statement-breakpoint
ALTER TABLE "popbox"."refund_lines" ADD CONSTRAINT "refund_lines_refund_fk" FOREIGN KEY ("order_id","refund_id") REFERENCES "popbox"."refunds"("order_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."refund_lines" ADD CONSTRAINT "refund_lines_line_fk" FOREIGN KEY ("order_id","order_line_id") REFERENCES "popbox"."order_lines"("order_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."refund_tickets" ADD CONSTRAINT "refund_tickets_refund_id_refunds_id_fk" FOREIGN KEY ("refund_id") REFERENCES "popbox"."refunds"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."refund_tickets" ADD CONSTRAINT "refund_tickets_ticket_id_kuji_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "popbox"."kuji_tickets"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."refunds" ADD CONSTRAINT "refunds_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "popbox"."orders"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."refunds" ADD CONSTRAINT "refunds_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "popbox"."payments"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "refund_lines_line" ON "popbox"."refund_lines" USING btree ("order_line_id");--> statement-breakpoint
CREATE INDEX "refund_tickets_ticket" ON "popbox"."refund_tickets" USING btree ("ticket_id");--> statement-breakpoint
CREATE UNIQUE INDEX "refunds_provider_ref" ON "popbox"."refunds" USING btree ("provider_ref");--> statement-breakpoint
CREATE UNIQUE INDEX "refunds_key" ON "popbox"."refunds" USING btree ("requested_by","idempotency_key");--> statement-breakpoint
CREATE INDEX "refunds_payment" ON "popbox"."refunds" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "refunds_unanswered" ON "popbox"."refunds" USING btree ("created_at") WHERE state = 'requested';--> statement-breakpoint
ALTER TABLE "popbox"."payment_entries" ADD CONSTRAINT "payment_entries_kind" CHECK ("kind" IN ('captured', 'refunded', 'refund_reversed'));--> statement-breakpoint
ALTER TABLE "popbox"."payment_entries" ADD CONSTRAINT "payment_entries_sign" CHECK ((kind = 'refunded') = (amount_cents < 0));--> statement-breakpoint
CREATE TRIGGER refunds_touch BEFORE UPDATE ON popbox.refunds FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();

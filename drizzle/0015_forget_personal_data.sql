ALTER TABLE "popbox"."customers" ADD COLUMN "erased_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "popbox"."orders" ADD COLUMN "erased_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" ADD COLUMN "erased_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "contact_messages_email" ON "popbox"."contact_messages" USING btree (lower(email));--> statement-breakpoint
CREATE INDEX "contact_messages_created" ON "popbox"."contact_messages" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "orders_personal" ON "popbox"."orders" USING btree ("created_at") WHERE erased_at IS NULL;--> statement-breakpoint
CREATE INDEX "outbox_mails_personal" ON "popbox"."outbox_mails" USING btree ("created_at") WHERE erased_at IS NULL;--> statement-breakpoint
CREATE INDEX "inbound_events_payload" ON "popbox"."inbound_events" USING btree ("created_at") WHERE payload <> '{}'::jsonb;--> statement-breakpoint
ALTER TABLE "popbox"."customers" ADD CONSTRAINT "customers_erased" CHECK (erased_at IS NULL OR (email LIKE 'erased-%@erased.invalid' AND first_name IS NULL AND last_name IS NULL
          AND phone IS NULL AND user_id IS NULL));--> statement-breakpoint
ALTER TABLE "popbox"."orders" ADD CONSTRAINT "orders_erased" CHECK (erased_at IS NULL OR (email LIKE 'erased-%@erased.invalid' AND customer_note IS NULL AND user_id IS NULL
          AND payment_state NOT IN ('awaiting', 'processing')));--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" ADD CONSTRAINT "outbox_mails_erased" CHECK (erased_at IS NULL OR (state <> 'queued' AND html = '' AND text = '' AND reply_to IS NULL));
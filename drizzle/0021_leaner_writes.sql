-- Nothing read these times: what happened to an order, to money, stock and boxes stands in their histories. The triggers locked
-- each row once more before it was updated, and all that is derived from it was derived anew.
DROP TRIGGER orders_touch ON popbox.orders;--> statement-breakpoint
DROP TRIGGER payments_touch ON popbox.payments;--> statement-breakpoint
DROP TRIGGER inventory_touch ON popbox.inventory;--> statement-breakpoint
DROP TRIGGER kuji_sets_touch ON popbox.kuji_sets;--> statement-breakpoint
ALTER TABLE "popbox"."users" DROP CONSTRAINT "users_role";--> statement-breakpoint
ALTER TABLE "popbox"."products" DROP CONSTRAINT "products_type";--> statement-breakpoint
ALTER TABLE "popbox"."products" DROP CONSTRAINT "products_status";--> statement-breakpoint
ALTER TABLE "popbox"."tags" DROP CONSTRAINT "tags_type";--> statement-breakpoint
ALTER TABLE "popbox"."checkout_attempts" DROP CONSTRAINT "checkout_attempts_state";--> statement-breakpoint
ALTER TABLE "popbox"."contact_messages" DROP CONSTRAINT "contact_messages_inquiry_type";--> statement-breakpoint
ALTER TABLE "popbox"."legal_documents" DROP CONSTRAINT "legal_documents_type";--> statement-breakpoint
ALTER TABLE "popbox"."holds" DROP CONSTRAINT "holds_state";--> statement-breakpoint
ALTER TABLE "popbox"."inventory_movements" DROP CONSTRAINT "inventory_movements_reason";--> statement-breakpoint
ALTER TABLE "popbox"."kuji_numbers" DROP CONSTRAINT "kuji_numbers_state";--> statement-breakpoint
ALTER TABLE "popbox"."kuji_seals" DROP CONSTRAINT "kuji_seals_state";--> statement-breakpoint
ALTER TABLE "popbox"."kuji_sets" DROP CONSTRAINT "kuji_sets_state";--> statement-breakpoint
ALTER TABLE "popbox"."kuji_tickets" DROP CONSTRAINT "kuji_tickets_kind";--> statement-breakpoint
ALTER TABLE "popbox"."storage_deletions" DROP CONSTRAINT "storage_deletions_state";--> statement-breakpoint
ALTER TABLE "popbox"."storage_deletions" DROP CONSTRAINT "storage_deletions_reason";--> statement-breakpoint
ALTER TABLE "popbox"."order_lines" DROP CONSTRAINT "order_lines_type";--> statement-breakpoint
ALTER TABLE "popbox"."orders" DROP CONSTRAINT "orders_payment_state";--> statement-breakpoint
ALTER TABLE "popbox"."orders" DROP CONSTRAINT "orders_fulfilment_state";--> statement-breakpoint
ALTER TABLE "popbox"."orders" DROP CONSTRAINT "orders_region";--> statement-breakpoint
ALTER TABLE "popbox"."orders" DROP CONSTRAINT "orders_amounts";--> statement-breakpoint
ALTER TABLE "popbox"."orders" DROP CONSTRAINT "orders_paid_time";--> statement-breakpoint
ALTER TABLE "popbox"."orders" DROP CONSTRAINT "orders_attention_complete";--> statement-breakpoint
ALTER TABLE "popbox"."orders" DROP CONSTRAINT "orders_erased";--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" DROP CONSTRAINT "outbox_mails_state";--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" DROP CONSTRAINT "outbox_mails_delivery";--> statement-breakpoint
ALTER TABLE "popbox"."suppressed_addresses" DROP CONSTRAINT "suppressed_addresses_reason";--> statement-breakpoint
ALTER TABLE "popbox"."payment_entries" DROP CONSTRAINT "payment_entries_kind";--> statement-breakpoint
ALTER TABLE "popbox"."payments" DROP CONSTRAINT "payments_state";--> statement-breakpoint
ALTER TABLE "popbox"."payments" DROP CONSTRAINT "payments_paid_complete";--> statement-breakpoint
ALTER TABLE "popbox"."refunds" DROP CONSTRAINT "refunds_state";--> statement-breakpoint
ALTER TABLE "popbox"."surplus_payments" DROP CONSTRAINT "surplus_payments_state";--> statement-breakpoint
ALTER TABLE "popbox"."webhook_deliveries" DROP CONSTRAINT "webhook_deliveries_state";--> statement-breakpoint
ALTER TABLE "popbox"."inbound_events" DROP CONSTRAINT "inbound_events_provider";--> statement-breakpoint
ALTER TABLE "popbox"."inbound_events" DROP CONSTRAINT "inbound_events_state";--> statement-breakpoint
ALTER TABLE "popbox"."inbound_events" DROP CONSTRAINT "inbound_events_reason";--> statement-breakpoint
ALTER TABLE "popbox"."inbound_events" DROP CONSTRAINT "inbound_events_processed";--> statement-breakpoint
DROP INDEX "popbox"."inventory_movements_ended_once";--> statement-breakpoint
CREATE UNIQUE INDEX "inventory_movements_ended_once" ON "popbox"."inventory_movements" USING btree ("hold_id") WHERE "reason" = ANY ('{"sold","hold_expired","hold_released"}');--> statement-breakpoint
ALTER TABLE "popbox"."inventory" DROP COLUMN "updated_at";--> statement-breakpoint
ALTER TABLE "popbox"."kuji_sets" DROP COLUMN "updated_at";--> statement-breakpoint
ALTER TABLE "popbox"."orders" DROP COLUMN "updated_at";--> statement-breakpoint
ALTER TABLE "popbox"."payments" DROP COLUMN "updated_at";--> statement-breakpoint
ALTER TABLE "popbox"."users" ADD CONSTRAINT "users_role" CHECK ("role" = ANY ('{"admin","staff","customer"}'));--> statement-breakpoint
ALTER TABLE "popbox"."products" ADD CONSTRAINT "products_type" CHECK ("product_type" = ANY ('{"standard","kuji"}'));--> statement-breakpoint
ALTER TABLE "popbox"."products" ADD CONSTRAINT "products_status" CHECK ("status" = ANY ('{"draft","active","archived"}'));--> statement-breakpoint
ALTER TABLE "popbox"."tags" ADD CONSTRAINT "tags_type" CHECK ("tag_type" = ANY ('{"brand","series","category"}'));--> statement-breakpoint
ALTER TABLE "popbox"."checkout_attempts" ADD CONSTRAINT "checkout_attempts_state" CHECK ("state" = ANY ('{"running","done","failed"}'));--> statement-breakpoint
ALTER TABLE "popbox"."contact_messages" ADD CONSTRAINT "contact_messages_inquiry_type" CHECK ("inquiry_type" = ANY ('{"product-request","order-support","shipping-support","ticket-support","general"}'));--> statement-breakpoint
ALTER TABLE "popbox"."legal_documents" ADD CONSTRAINT "legal_documents_type" CHECK ("type" = ANY ('{"shipping_returns","terms","privacy"}'));--> statement-breakpoint
ALTER TABLE "popbox"."holds" ADD CONSTRAINT "holds_state" CHECK ("state" = ANY ('{"live","converted","expired","released"}'));--> statement-breakpoint
ALTER TABLE "popbox"."inventory_movements" ADD CONSTRAINT "inventory_movements_reason" CHECK ("reason" = ANY ('{"received","written_off","held","hold_expired","hold_released","sold","restocked"}'));--> statement-breakpoint
ALTER TABLE "popbox"."kuji_numbers" ADD CONSTRAINT "kuji_numbers_state" CHECK ("state" = ANY ('{"free","drawn","burned"}'));--> statement-breakpoint
ALTER TABLE "popbox"."kuji_seals" ADD CONSTRAINT "kuji_seals_state" CHECK ("state" = ANY ('{"current","aborted"}'));--> statement-breakpoint
ALTER TABLE "popbox"."kuji_sets" ADD CONSTRAINT "kuji_sets_state" CHECK ("state" = ANY ('{"draft","open","sold_out","closed"}'));--> statement-breakpoint
ALTER TABLE "popbox"."kuji_tickets" ADD CONSTRAINT "kuji_tickets_kind" CHECK ("kind" = ANY ('{"number","last_one"}'));--> statement-breakpoint
ALTER TABLE "popbox"."storage_deletions" ADD CONSTRAINT "storage_deletions_state" CHECK ("state" = ANY ('{"unclaimed","condemned"}'));--> statement-breakpoint
ALTER TABLE "popbox"."storage_deletions" ADD CONSTRAINT "storage_deletions_reason" CHECK ("reason" = ANY ('{"upload_unfinished","upload_failed","never_used","removed"}'));--> statement-breakpoint
ALTER TABLE "popbox"."order_lines" ADD CONSTRAINT "order_lines_type" CHECK ("product_type" = ANY ('{"standard","kuji"}'));--> statement-breakpoint
ALTER TABLE "popbox"."orders" ADD CONSTRAINT "orders_payment_state" CHECK ("payment_state" = ANY ('{"awaiting","processing","paid","refunded","cancelled","expired"}'));--> statement-breakpoint
ALTER TABLE "popbox"."orders" ADD CONSTRAINT "orders_fulfilment_state" CHECK ("fulfilment_state" = ANY ('{"none","packed","shipped"}'));--> statement-breakpoint
ALTER TABLE "popbox"."orders" ADD CONSTRAINT "orders_region" CHECK ("shipping_region" = ANY ('{"calgary","alberta","canada"}'));--> statement-breakpoint
ALTER TABLE "popbox"."orders" ADD CONSTRAINT "orders_amounts" CHECK (least(discount_cents, subtotal_cents - discount_cents, shipping_cents, gst_cents, pst_cents, hst_cents,
            qst_cents) >= 0
          AND tax_cents = gst_cents + pst_cents + hst_cents + qst_cents
          AND total_cents = subtotal_cents - discount_cents + shipping_cents + tax_cents);--> statement-breakpoint
ALTER TABLE "popbox"."orders" ADD CONSTRAINT "orders_paid_time" CHECK (("payment_state" = ANY ('{"paid","refunded"}')) = (paid_at IS NOT NULL));--> statement-breakpoint
ALTER TABLE "popbox"."orders" ADD CONSTRAINT "orders_attention_complete" CHECK (num_nulls(attention_code, attention_message, attention_hint, attention_at) = ANY ('{0,4}')
          AND (attention_resolved_at IS NULL OR attention_at IS NOT NULL));--> statement-breakpoint
ALTER TABLE "popbox"."orders" ADD CONSTRAINT "orders_erased" CHECK (erased_at IS NULL OR (email LIKE 'erased-%@erased.invalid' AND customer_note IS NULL AND user_id IS NULL
          AND NOT ("payment_state" = ANY ('{"awaiting","processing"}'))));--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" ADD CONSTRAINT "outbox_mails_state" CHECK ("state" = ANY ('{"queued","sent","dead"}'));--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" ADD CONSTRAINT "outbox_mails_delivery" CHECK ("delivery" = ANY ('{"delivered","failed","bounced","complained"}'));--> statement-breakpoint
ALTER TABLE "popbox"."suppressed_addresses" ADD CONSTRAINT "suppressed_addresses_reason" CHECK ("reason" = ANY ('{"bounced","complained"}'));--> statement-breakpoint
ALTER TABLE "popbox"."payment_entries" ADD CONSTRAINT "payment_entries_kind" CHECK ("kind" = ANY ('{"captured","refunded","refund_reversed"}'));--> statement-breakpoint
ALTER TABLE "popbox"."payments" ADD CONSTRAINT "payments_state" CHECK ("state" = ANY ('{"pending","paid","failed","refunded"}'));--> statement-breakpoint
ALTER TABLE "popbox"."payments" ADD CONSTRAINT "payments_paid_complete" CHECK (("state" = ANY ('{"paid","refunded"}')) = (paid_at IS NOT NULL)
          AND (paid_at IS NULL OR (received_cents IS NOT NULL AND received_currency IS NOT NULL AND session_id IS NOT NULL)));--> statement-breakpoint
ALTER TABLE "popbox"."refunds" ADD CONSTRAINT "refunds_state" CHECK ("state" = ANY ('{"requested","pending","requires_action","succeeded","failed","canceled"}'));--> statement-breakpoint
ALTER TABLE "popbox"."surplus_payments" ADD CONSTRAINT "surplus_payments_state" CHECK ("state" = ANY ('{"requested","pending","requires_action","succeeded","failed","canceled"}'));--> statement-breakpoint
ALTER TABLE "popbox"."webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_state" CHECK ("state" = ANY ('{"queued","delivered","dead"}'));--> statement-breakpoint
ALTER TABLE "popbox"."inbound_events" ADD CONSTRAINT "inbound_events_provider" CHECK ("provider" = ANY ('{"stripe","resend"}'));--> statement-breakpoint
ALTER TABLE "popbox"."inbound_events" ADD CONSTRAINT "inbound_events_state" CHECK ("state" = ANY ('{"received","processed","ignored","failed","parked"}'));--> statement-breakpoint
ALTER TABLE "popbox"."inbound_events" ADD CONSTRAINT "inbound_events_reason" CHECK (reason IS NOT NULL OR NOT ("state" = ANY ('{"ignored","failed","parked"}')));--> statement-breakpoint
ALTER TABLE "popbox"."inbound_events" ADD CONSTRAINT "inbound_events_processed" CHECK (("state" = ANY ('{"processed","ignored"}')) = (processed_at IS NOT NULL));--> statement-breakpoint
-- The same function in PL/pgSQL, which a connection reads once. As SQL it was put in place of each call, and so parsed anew
-- for every order that was inserted or updated.
CREATE OR REPLACE FUNCTION popbox.mailbox_of(email text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN CASE
    WHEN lower(email) ~ '@(gmail|googlemail)\.com$'
    THEN replace(regexp_replace(split_part(lower(email), '@', 1), '^([^+]+)\+.*$', '\1'), '.', '') || '@gmail.com'
    ELSE regexp_replace(lower(email), '^([^@+]+)\+[^@]*@', '\1@')
  END;
END $$;
--> statement-breakpoint
-- A mail of a few kilobytes stays in its row as it is: to compress it, and to keep it elsewhere, was a third of what a purchase's
-- mails cost to store.
ALTER TABLE popbox.outbox_mails SET (toast_tuple_target = 8160);

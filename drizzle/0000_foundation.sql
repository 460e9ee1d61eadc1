CREATE SCHEMA "popbox";
--> statement-breakpoint
CREATE TABLE "popbox"."customers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" varchar(320) NOT NULL,
	"first_name" varchar(120),
	"last_name" varchar(120),
	"phone" varchar(40),
	"user_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "customers_email_normalised" CHECK (email = lower(btrim(email)) AND email <> '')
);
--> statement-breakpoint
ALTER TABLE "popbox"."customers" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" varchar(320) NOT NULL,
	"role" varchar(16) DEFAULT 'customer' NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_role" CHECK ("role" IN ('admin', 'staff', 'customer')),
	CONSTRAINT "users_email_normalised" CHECK (email = lower(btrim(email)) AND email <> '')
);
--> statement-breakpoint
ALTER TABLE "popbox"."users" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."audit_entries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"actor" varchar(120) NOT NULL,
	"action" varchar(80) NOT NULL,
	"target_type" varchar(40) NOT NULL,
	"target_id" varchar(80) NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"request_id" varchar(200),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "popbox"."audit_entries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."collections" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" varchar(160) NOT NULL,
	"slug" varchar(180) NOT NULL,
	"description" text,
	"sort_order" integer NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "collections_sort_order" CHECK (sort_order >= 0),
	CONSTRAINT "collections_texts" CHECK (btrim(name) <> '' AND slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);
--> statement-breakpoint
ALTER TABLE "popbox"."collections" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."product_collections" (
	"product_id" uuid NOT NULL,
	"collection_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"assigned_order" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "product_collections_pk" PRIMARY KEY("product_id","collection_id"),
	CONSTRAINT "product_collections_position" CHECK (position >= 0)
);
--> statement-breakpoint
ALTER TABLE "popbox"."product_collections" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."product_images" (
	"id" uuid PRIMARY KEY NOT NULL,
	"product_id" uuid NOT NULL,
	"storage_key" varchar(255) NOT NULL,
	"alt_text" varchar(255),
	"sort_order" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "product_images_sort_order" CHECK (sort_order >= 0)
);
--> statement-breakpoint
ALTER TABLE "popbox"."product_images" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."product_tags" (
	"product_id" uuid NOT NULL,
	"tag_id" uuid NOT NULL,
	CONSTRAINT "product_tags_pk" PRIMARY KEY("product_id","tag_id")
);
--> statement-breakpoint
ALTER TABLE "popbox"."product_tags" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."products" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" varchar(200) NOT NULL,
	"name_key" text COLLATE "C" GENERATED ALWAYS AS (lower(name)) STORED,
	"slug" varchar(220) NOT NULL,
	"description" text,
	"product_type" varchar(16) NOT NULL,
	"status" varchar(16) DEFAULT 'draft' NOT NULL,
	"price_cents" integer NOT NULL,
	"min_price_cents" integer NOT NULL,
	"max_price_cents" integer NOT NULL,
	"currency" varchar(3) DEFAULT 'CAD' NOT NULL,
	"sku" varchar(120),
	"trending_score" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "products_type" CHECK ("product_type" IN ('standard', 'kuji')),
	CONSTRAINT "products_status" CHECK ("status" IN ('draft', 'active', 'archived')),
	CONSTRAINT "products_prices" CHECK (min_price_cents >= 0 AND price_cents BETWEEN min_price_cents AND max_price_cents),
	CONSTRAINT "products_currency" CHECK (currency = 'CAD'),
	CONSTRAINT "products_texts" CHECK (btrim(name) <> '' AND slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);
--> statement-breakpoint
ALTER TABLE "popbox"."products" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."tags" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" varchar(160) NOT NULL,
	"slug" varchar(180) NOT NULL,
	"tag_type" varchar(64) NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tags_type" CHECK ("tag_type" IN ('brand', 'series', 'category')),
	CONSTRAINT "tags_texts" CHECK (btrim(name) <> '' AND slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);
--> statement-breakpoint
ALTER TABLE "popbox"."tags" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."variants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"product_id" uuid NOT NULL,
	"name" varchar(200) NOT NULL,
	"sku" varchar(120),
	"price_cents" integer NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"is_default" boolean DEFAULT false NOT NULL,
	"sort_order" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "variants_of_product" UNIQUE("product_id","id"),
	CONSTRAINT "variants_price" CHECK (price_cents >= 0),
	CONSTRAINT "variants_default_is_active" CHECK (is_active OR NOT is_default),
	CONSTRAINT "variants_sort_order" CHECK (sort_order >= 0),
	CONSTRAINT "variants_name_not_blank" CHECK (btrim(name) <> '')
);
--> statement-breakpoint
ALTER TABLE "popbox"."variants" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."checkout_attempts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"actor" varchar(120) NOT NULL,
	"endpoint" varchar(80) NOT NULL,
	"idempotency_key" varchar(255) NOT NULL,
	"body_hash" varchar(64) NOT NULL,
	"state" varchar(16) DEFAULT 'running' NOT NULL,
	"lease_until" timestamp with time zone NOT NULL,
	"order_id" uuid,
	"response_status" integer,
	"response_body" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "checkout_attempts_state" CHECK ("state" IN ('running', 'done', 'failed')),
	CONSTRAINT "checkout_attempts_answered" CHECK ((state = 'done') = (response_status IS NOT NULL AND response_body IS NOT NULL AND order_id IS NOT NULL))
);
--> statement-breakpoint
ALTER TABLE "popbox"."checkout_attempts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."holds" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"order_line_id" uuid NOT NULL,
	"inventory_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	"state" varchar(16) DEFAULT 'live' NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "holds_quantity" CHECK (quantity > 0),
	CONSTRAINT "holds_state" CHECK ("state" IN ('live', 'converted', 'expired', 'released')),
	CONSTRAINT "holds_ended" CHECK ((state = 'live') = (ended_at IS NULL))
);
--> statement-breakpoint
ALTER TABLE "popbox"."holds" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."inventory" (
	"id" uuid PRIMARY KEY NOT NULL,
	"product_id" uuid NOT NULL,
	"variant_id" uuid,
	"on_hand" integer DEFAULT 0 NOT NULL,
	"reserved" integer DEFAULT 0 NOT NULL,
	"low_stock_threshold" integer DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inventory_reserved_within_on_hand" CHECK (reserved BETWEEN 0 AND on_hand),
	CONSTRAINT "inventory_threshold" CHECK (low_stock_threshold >= 0)
);
--> statement-breakpoint
ALTER TABLE "popbox"."inventory" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."inventory_movements" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "popbox"."inventory_movements_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"inventory_id" uuid NOT NULL,
	"reason" varchar(24) NOT NULL,
	"on_hand_delta" integer NOT NULL,
	"reserved_delta" integer NOT NULL,
	"hold_id" uuid,
	"actor" varchar(120) NOT NULL,
	"note" varchar(300),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inventory_movements_reason" CHECK ("reason" IN ('received', 'written_off', 'held', 'hold_expired', 'hold_released', 'sold', 'restocked')),
	CONSTRAINT "inventory_movements_hold" CHECK (("reason" IN ('held', 'sold', 'hold_expired', 'hold_released')) = (hold_id IS NOT NULL)),
	CONSTRAINT "inventory_movements_deltas" CHECK (CASE reason
          WHEN 'received' THEN on_hand_delta > 0 AND reserved_delta = 0
          WHEN 'restocked' THEN on_hand_delta > 0 AND reserved_delta = 0
          WHEN 'written_off' THEN on_hand_delta < 0 AND reserved_delta = 0
          WHEN 'held' THEN on_hand_delta = 0 AND reserved_delta > 0
          WHEN 'hold_expired' THEN on_hand_delta = 0 AND reserved_delta < 0
          WHEN 'hold_released' THEN on_hand_delta = 0 AND reserved_delta < 0
          WHEN 'sold' THEN on_hand_delta < 0 AND reserved_delta = on_hand_delta
        END)
);
--> statement-breakpoint
ALTER TABLE "popbox"."inventory_movements" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."kuji_holds" (
	"order_line_id" uuid PRIMARY KEY NOT NULL,
	"set_id" uuid NOT NULL,
	"hold_seq" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "popbox"."kuji_holds" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."kuji_log" (
	"set_id" uuid NOT NULL,
	"index" integer NOT NULL,
	"entry" jsonb NOT NULL,
	"hash" varchar(64) NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "kuji_log_pk" PRIMARY KEY("set_id","index"),
	CONSTRAINT "kuji_log_index" CHECK (index >= 1)
);
--> statement-breakpoint
ALTER TABLE "popbox"."kuji_log" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."kuji_numbers" (
	"set_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"prize_id" uuid NOT NULL,
	"state" varchar(8) DEFAULT 'free' NOT NULL,
	CONSTRAINT "kuji_numbers_pk" PRIMARY KEY("set_id","number"),
	CONSTRAINT "kuji_numbers_state" CHECK ("state" IN ('free', 'drawn', 'burned')),
	CONSTRAINT "kuji_numbers_positive" CHECK (number >= 1)
);
--> statement-breakpoint
ALTER TABLE "popbox"."kuji_numbers" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."kuji_prizes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"set_id" uuid NOT NULL,
	"prize_code" varchar(64) NOT NULL,
	"prize_tier" varchar(64) NOT NULL,
	"name" varchar(200) NOT NULL,
	"description" text,
	"image_url" varchar(500),
	"initial_quantity" integer NOT NULL,
	"sealed_quantity" integer NOT NULL,
	"revealed_count" integer DEFAULT 0 NOT NULL,
	"sort_order" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "kuji_prizes_of_set" UNIQUE("set_id","id"),
	CONSTRAINT "kuji_prizes_quantities" CHECK (sealed_quantity BETWEEN 0 AND initial_quantity AND revealed_count BETWEEN 0 AND sealed_quantity),
	CONSTRAINT "kuji_prizes_last_one_is_single" CHECK (prize_tier <> 'LO' OR initial_quantity <= 1),
	CONSTRAINT "kuji_prizes_sort_order" CHECK (sort_order >= 0),
	CONSTRAINT "kuji_prizes_texts" CHECK (btrim(name) <> '' AND prize_code <> '' AND prize_code = upper(btrim(prize_code)) AND prize_tier ~ '^([A-Z]|LO)$')
);
--> statement-breakpoint
ALTER TABLE "popbox"."kuji_prizes" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."kuji_seals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"set_id" uuid NOT NULL,
	"state" varchar(16) DEFAULT 'current' NOT NULL,
	"manifest" text NOT NULL,
	"manifest_hash" varchar(64) NOT NULL,
	"commitment" varchar(64) NOT NULL,
	"root" varchar(64) NOT NULL,
	"seed" "bytea" NOT NULL,
	"sealed_at" timestamp with time zone NOT NULL,
	"aborted_at" timestamp with time zone,
	CONSTRAINT "kuji_seals_state" CHECK ("state" IN ('current', 'aborted')),
	CONSTRAINT "kuji_seals_aborted" CHECK ((state = 'aborted') = (aborted_at IS NOT NULL)),
	CONSTRAINT "kuji_seals_seed_size" CHECK (octet_length(seed) = 32)
);
--> statement-breakpoint
ALTER TABLE "popbox"."kuji_seals" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."kuji_sets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"product_id" uuid NOT NULL,
	"set_number" integer NOT NULL,
	"set_code" varchar(12) NOT NULL,
	"state" varchar(16) DEFAULT 'draft' NOT NULL,
	"tickets" integer DEFAULT 0 NOT NULL,
	"draw_count" integer DEFAULT 0 NOT NULL,
	"hold_count" integer DEFAULT 0 NOT NULL,
	"log_length" integer DEFAULT 0 NOT NULL,
	"log_head" varchar(64),
	"sealed_at" timestamp with time zone,
	"sold_out_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"published_at" timestamp with time zone,
	"close_reason" varchar(300),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "kuji_sets_state" CHECK ("state" IN ('draft', 'open', 'sold_out', 'closed')),
	CONSTRAINT "kuji_sets_counts" CHECK (tickets >= 0 AND draw_count >= 0 AND hold_count >= 0 AND log_length >= 0),
	CONSTRAINT "kuji_sets_sealed" CHECK (state = 'draft' OR (sealed_at IS NOT NULL AND log_head IS NOT NULL)),
	CONSTRAINT "kuji_sets_draft_has_no_tickets" CHECK ((state = 'draft') = (tickets = 0)),
	CONSTRAINT "kuji_sets_sold_out" CHECK (state <> 'sold_out' OR sold_out_at IS NOT NULL),
	CONSTRAINT "kuji_sets_closed" CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
	CONSTRAINT "kuji_sets_published_when_closed" CHECK (published_at IS NULL OR state = 'closed')
);
--> statement-breakpoint
ALTER TABLE "popbox"."kuji_sets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."kuji_tickets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"set_id" uuid NOT NULL,
	"kind" varchar(16) DEFAULT 'number' NOT NULL,
	"number" integer NOT NULL,
	"ticket_number" varchar(32) NOT NULL,
	"order_id" uuid NOT NULL,
	"order_line_id" uuid NOT NULL,
	"prize_id" uuid NOT NULL,
	"seq" integer,
	"hold_seq" integer NOT NULL,
	"entropy" varchar(64),
	"free_count" integer,
	"revealed_at" timestamp with time zone,
	"voided_at" timestamp with time zone,
	"void_reason" varchar(300),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "kuji_tickets_kind" CHECK ("kind" IN ('number', 'last_one')),
	CONSTRAINT "kuji_tickets_draw_explained" CHECK ((kind = 'number') = (seq IS NOT NULL AND entropy IS NOT NULL AND free_count IS NOT NULL)),
	CONSTRAINT "kuji_tickets_void_reason" CHECK ((voided_at IS NULL) = (void_reason IS NULL))
);
--> statement-breakpoint
ALTER TABLE "popbox"."kuji_tickets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."guest_grants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"purpose" varchar(40) NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "guest_grants_hash_shape" CHECK (token_hash ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
ALTER TABLE "popbox"."guest_grants" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."order_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "popbox"."order_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"order_id" uuid NOT NULL,
	"kind" varchar(40) NOT NULL,
	"from_status" varchar(24),
	"to_status" varchar(24),
	"actor" varchar(120) NOT NULL,
	"details" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "order_events_transition" CHECK (CASE
          WHEN from_status IS NULL THEN to_status IS NULL OR to_status = 'pending_payment'
          ELSE to_status IS NOT NULL AND (from_status, to_status) IN (('pending_payment', 'paid'), ('pending_payment', 'cancelled'), ('pending_payment', 'expired'), ('pending_payment', 'paid_needs_attention'), ('paid', 'packed'), ('paid', 'refunded'), ('paid', 'paid_needs_attention'), ('packed', 'shipped'), ('packed', 'refunded'), ('shipped', 'refunded'), ('cancelled', 'paid'), ('cancelled', 'paid_needs_attention'), ('refunded', 'paid_needs_attention'), ('paid_needs_attention', 'paid'), ('paid_needs_attention', 'packed'), ('paid_needs_attention', 'refunded'), ('paid_needs_attention', 'cancelled'), ('expired', 'paid'), ('expired', 'paid_needs_attention'))
        END)
);
--> statement-breakpoint
ALTER TABLE "popbox"."order_events" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."order_lines" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"line_number" integer NOT NULL,
	"product_id" uuid NOT NULL,
	"variant_id" uuid,
	"product_name" varchar(200) NOT NULL,
	"product_type" varchar(16) NOT NULL,
	"variant_name" varchar(200),
	"variant_sku" varchar(120),
	"unit_price_cents" integer NOT NULL,
	"quantity" integer NOT NULL,
	"line_total_cents" integer NOT NULL,
	"metadata" jsonb NOT NULL,
	CONSTRAINT "order_lines_of_order" UNIQUE("order_id","id"),
	CONSTRAINT "order_lines_type" CHECK ("product_type" IN ('standard', 'kuji')),
	CONSTRAINT "order_lines_variant_iff_standard" CHECK ((product_type = 'standard') = (variant_id IS NOT NULL)),
	CONSTRAINT "order_lines_quantity" CHECK (quantity BETWEEN 1 AND 20),
	CONSTRAINT "order_lines_total" CHECK (unit_price_cents >= 0 AND line_total_cents = unit_price_cents * quantity)
);
--> statement-breakpoint
ALTER TABLE "popbox"."order_lines" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."orders" (
	"id" uuid PRIMARY KEY NOT NULL,
	"public_id" varchar(40) NOT NULL,
	"customer_id" uuid,
	"user_id" uuid,
	"payment_state" varchar(16) DEFAULT 'awaiting' NOT NULL,
	"fulfilment_state" varchar(16) DEFAULT 'none' NOT NULL,
	"attention_code" varchar(60),
	"attention_message" varchar(500),
	"attention_hint" varchar(500),
	"attention_at" timestamp with time zone,
	"attention_resolved_at" timestamp with time zone,
	"status" varchar(24) GENERATED ALWAYS AS (CASE
            WHEN payment_state IN ('cancelled', 'expired', 'refunded') THEN payment_state
            WHEN attention_code IS NOT NULL AND attention_resolved_at IS NULL THEN 'paid_needs_attention'
            WHEN payment_state IN ('awaiting', 'processing') THEN 'pending_payment'
            WHEN fulfilment_state <> 'none' THEN fulfilment_state
            ELSE 'paid'
          END) STORED NOT NULL,
	"currency" varchar(3) DEFAULT 'CAD' NOT NULL,
	"subtotal_cents" integer NOT NULL,
	"discount_cents" integer DEFAULT 0 NOT NULL,
	"shipping_cents" integer NOT NULL,
	"tax_cents" integer NOT NULL,
	"total_cents" integer NOT NULL,
	"gst_cents" integer NOT NULL,
	"pst_cents" integer NOT NULL,
	"hst_cents" integer NOT NULL,
	"qst_cents" integer NOT NULL,
	"gst_rate_ppm" integer NOT NULL,
	"pst_rate_ppm" integer NOT NULL,
	"hst_rate_ppm" integer NOT NULL,
	"qst_rate_ppm" integer NOT NULL,
	"shipping_region" varchar(16) NOT NULL,
	"email" varchar(320) NOT NULL,
	"customer_snapshot" jsonb NOT NULL,
	"shipping_address" jsonb NOT NULL,
	"billing_address" jsonb,
	"customer_note" varchar(200),
	"hold_expires_at" timestamp with time zone NOT NULL,
	"expiry_lease_until" timestamp with time zone,
	"placed_at" timestamp with time zone,
	"paid_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	"refunded_at" timestamp with time zone,
	"expired_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "orders_payment_state" CHECK ("payment_state" IN ('awaiting', 'processing', 'paid', 'refunded', 'cancelled', 'expired')),
	CONSTRAINT "orders_fulfilment_state" CHECK ("fulfilment_state" IN ('none', 'packed', 'shipped')),
	CONSTRAINT "orders_region" CHECK ("shipping_region" IN ('calgary', 'alberta', 'canada')),
	CONSTRAINT "orders_currency" CHECK (currency = 'CAD'),
	CONSTRAINT "orders_amounts" CHECK (subtotal_cents >= 0 AND discount_cents BETWEEN 0 AND subtotal_cents AND shipping_cents >= 0
          AND gst_cents >= 0 AND pst_cents >= 0 AND hst_cents >= 0 AND qst_cents >= 0
          AND tax_cents = gst_cents + pst_cents + hst_cents + qst_cents
          AND total_cents = subtotal_cents - discount_cents + shipping_cents + tax_cents),
	CONSTRAINT "orders_paid_time" CHECK ((payment_state IN ('paid', 'refunded')) = (paid_at IS NOT NULL)),
	CONSTRAINT "orders_cancelled_time" CHECK ((payment_state = 'cancelled') = (cancelled_at IS NOT NULL)),
	CONSTRAINT "orders_expired_time" CHECK ((payment_state = 'expired') = (expired_at IS NOT NULL)),
	CONSTRAINT "orders_refunded_time" CHECK ((payment_state = 'refunded') = (refunded_at IS NOT NULL)),
	CONSTRAINT "orders_fulfilled_when_paid" CHECK (fulfilment_state = 'none' OR paid_at IS NOT NULL),
	CONSTRAINT "orders_paid_has_customer" CHECK (paid_at IS NULL OR customer_id IS NOT NULL),
	CONSTRAINT "orders_attention_complete" CHECK ((attention_code IS NULL) = (attention_at IS NULL)
          AND (attention_code IS NULL) = (attention_message IS NULL)
          AND (attention_code IS NULL) = (attention_hint IS NULL)
          AND (attention_resolved_at IS NULL OR attention_at IS NOT NULL)),
	CONSTRAINT "orders_attention_about_money" CHECK (attention_code IS NULL OR attention_resolved_at IS NOT NULL OR paid_at IS NOT NULL),
	CONSTRAINT "orders_public_id" CHECK (public_id ~ '^PBX-[0-9A-Z]{10}$'),
	CONSTRAINT "orders_email_normalised" CHECK (email = lower(btrim(email)) AND email <> '')
);
--> statement-breakpoint
ALTER TABLE "popbox"."orders" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."outbox_mails" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" varchar(200) NOT NULL,
	"kind" varchar(40) NOT NULL,
	"order_id" uuid,
	"recipient" varchar(320) NOT NULL,
	"reply_to" varchar(320),
	"subject" varchar(300) NOT NULL,
	"html" text NOT NULL,
	"text" text NOT NULL,
	"sealed_secret" "bytea",
	"state" varchar(16) DEFAULT 'queued' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" varchar(200),
	"provider_id" varchar(120),
	"sent_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "outbox_mails_state" CHECK ("state" IN ('queued', 'sent', 'dead')),
	CONSTRAINT "outbox_mails_sent" CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
	CONSTRAINT "outbox_mails_secret_only_while_queued" CHECK (state = 'queued' OR sealed_secret IS NULL)
);
--> statement-breakpoint
ALTER TABLE "popbox"."outbox_mails" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."payment_entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "popbox"."payment_entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"payment_id" uuid NOT NULL,
	"kind" varchar(16) NOT NULL,
	"amount_cents" integer NOT NULL,
	"currency" varchar(3) NOT NULL,
	"provider_ref" varchar(255) NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payment_entries_kind" CHECK ("kind" IN ('captured', 'refunded')),
	CONSTRAINT "payment_entries_sign" CHECK ((kind = 'captured') = (amount_cents >= 0))
);
--> statement-breakpoint
ALTER TABLE "popbox"."payment_entries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."payments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"provider" varchar(16) DEFAULT 'stripe' NOT NULL,
	"state" varchar(16) DEFAULT 'pending' NOT NULL,
	"session_params" jsonb NOT NULL,
	"session_id" varchar(255),
	"session_url" text,
	"session_expires_at" timestamp with time zone NOT NULL,
	"intent_id" varchar(255),
	"amount_cents" integer NOT NULL,
	"currency" varchar(3) DEFAULT 'CAD' NOT NULL,
	"received_cents" integer,
	"received_currency" varchar(3),
	"refunded_cents" integer DEFAULT 0 NOT NULL,
	"paid_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payments_state" CHECK ("state" IN ('pending', 'paid', 'failed', 'refunded')),
	CONSTRAINT "payments_currency" CHECK (currency = 'CAD'),
	CONSTRAINT "payments_amounts" CHECK (amount_cents >= 0 AND refunded_cents BETWEEN 0 AND coalesce(received_cents, 0)),
	CONSTRAINT "payments_paid_complete" CHECK ((state IN ('paid', 'refunded')) = (paid_at IS NOT NULL)
          AND (paid_at IS NULL OR (received_cents IS NOT NULL AND received_currency IS NOT NULL AND session_id IS NOT NULL))),
	CONSTRAINT "payments_failed_time" CHECK ((state = 'failed') = (failed_at IS NOT NULL)),
	CONSTRAINT "payments_refunded_in_full" CHECK ((state = 'refunded') = (coalesce(received_cents, 0) > 0 AND refunded_cents = received_cents))
);
--> statement-breakpoint
ALTER TABLE "popbox"."payments" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."settings" (
	"key" varchar(64) PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"updated_by" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "settings_value_is_object" CHECK (jsonb_typeof(value) = 'object')
);
--> statement-breakpoint
ALTER TABLE "popbox"."settings" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."inbound_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"provider" varchar(16) NOT NULL,
	"event_id" varchar(255) NOT NULL,
	"type" varchar(120) NOT NULL,
	"object_id" varchar(255),
	"payload" jsonb NOT NULL,
	"state" varchar(16) DEFAULT 'received' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"reason" varchar(300),
	"processed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inbound_events_provider" CHECK ("provider" IN ('stripe', 'resend')),
	CONSTRAINT "inbound_events_state" CHECK ("state" IN ('received', 'processed', 'ignored', 'failed', 'parked')),
	CONSTRAINT "inbound_events_reason" CHECK (state NOT IN ('ignored', 'failed', 'parked') OR reason IS NOT NULL),
	CONSTRAINT "inbound_events_processed" CHECK ((state IN ('processed', 'ignored')) = (processed_at IS NOT NULL))
);
--> statement-breakpoint
ALTER TABLE "popbox"."inbound_events" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "popbox"."customers" ADD CONSTRAINT "customers_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "popbox"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."product_collections" ADD CONSTRAINT "product_collections_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "popbox"."products"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."product_collections" ADD CONSTRAINT "product_collections_collection_id_collections_id_fk" FOREIGN KEY ("collection_id") REFERENCES "popbox"."collections"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."product_images" ADD CONSTRAINT "product_images_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "popbox"."products"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."product_tags" ADD CONSTRAINT "product_tags_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "popbox"."products"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."product_tags" ADD CONSTRAINT "product_tags_tag_id_tags_id_fk" FOREIGN KEY ("tag_id") REFERENCES "popbox"."tags"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."variants" ADD CONSTRAINT "variants_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "popbox"."products"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."checkout_attempts" ADD CONSTRAINT "checkout_attempts_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "popbox"."orders"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."holds" ADD CONSTRAINT "holds_inventory_id_inventory_id_fk" FOREIGN KEY ("inventory_id") REFERENCES "popbox"."inventory"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."holds" ADD CONSTRAINT "holds_line_of_order_fk" FOREIGN KEY ("order_id","order_line_id") REFERENCES "popbox"."order_lines"("order_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."inventory" ADD CONSTRAINT "inventory_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "popbox"."products"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."inventory" ADD CONSTRAINT "inventory_variant_of_product_fk" FOREIGN KEY ("product_id","variant_id") REFERENCES "popbox"."variants"("product_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."inventory_movements" ADD CONSTRAINT "inventory_movements_inventory_id_inventory_id_fk" FOREIGN KEY ("inventory_id") REFERENCES "popbox"."inventory"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."inventory_movements" ADD CONSTRAINT "inventory_movements_hold_id_holds_id_fk" FOREIGN KEY ("hold_id") REFERENCES "popbox"."holds"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."kuji_holds" ADD CONSTRAINT "kuji_holds_order_line_id_order_lines_id_fk" FOREIGN KEY ("order_line_id") REFERENCES "popbox"."order_lines"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."kuji_holds" ADD CONSTRAINT "kuji_holds_set_id_kuji_sets_id_fk" FOREIGN KEY ("set_id") REFERENCES "popbox"."kuji_sets"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."kuji_log" ADD CONSTRAINT "kuji_log_set_id_kuji_sets_id_fk" FOREIGN KEY ("set_id") REFERENCES "popbox"."kuji_sets"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."kuji_numbers" ADD CONSTRAINT "kuji_numbers_prize_of_set_fk" FOREIGN KEY ("set_id","prize_id") REFERENCES "popbox"."kuji_prizes"("set_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."kuji_prizes" ADD CONSTRAINT "kuji_prizes_set_id_kuji_sets_id_fk" FOREIGN KEY ("set_id") REFERENCES "popbox"."kuji_sets"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."kuji_seals" ADD CONSTRAINT "kuji_seals_set_id_kuji_sets_id_fk" FOREIGN KEY ("set_id") REFERENCES "popbox"."kuji_sets"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."kuji_sets" ADD CONSTRAINT "kuji_sets_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "popbox"."products"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."kuji_tickets" ADD CONSTRAINT "kuji_tickets_number_fk" FOREIGN KEY ("set_id","number") REFERENCES "popbox"."kuji_numbers"("set_id","number") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."kuji_tickets" ADD CONSTRAINT "kuji_tickets_prize_of_set_fk" FOREIGN KEY ("set_id","prize_id") REFERENCES "popbox"."kuji_prizes"("set_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."kuji_tickets" ADD CONSTRAINT "kuji_tickets_line_of_order_fk" FOREIGN KEY ("order_id","order_line_id") REFERENCES "popbox"."order_lines"("order_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."guest_grants" ADD CONSTRAINT "guest_grants_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "popbox"."orders"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."order_events" ADD CONSTRAINT "order_events_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "popbox"."orders"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."order_lines" ADD CONSTRAINT "order_lines_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "popbox"."orders"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."order_lines" ADD CONSTRAINT "order_lines_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "popbox"."products"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."order_lines" ADD CONSTRAINT "order_lines_variant_of_product_fk" FOREIGN KEY ("product_id","variant_id") REFERENCES "popbox"."variants"("product_id","id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."orders" ADD CONSTRAINT "orders_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "popbox"."customers"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."orders" ADD CONSTRAINT "orders_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "popbox"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."payment_entries" ADD CONSTRAINT "payment_entries_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "popbox"."payments"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "popbox"."payments" ADD CONSTRAINT "payments_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "popbox"."orders"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "customers_email" ON "popbox"."customers" USING btree ("email");--> statement-breakpoint
CREATE UNIQUE INDEX "customers_user" ON "popbox"."customers" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "popbox"."users" USING btree ("email");--> statement-breakpoint
CREATE INDEX "audit_entries_target" ON "popbox"."audit_entries" USING btree ("target_type","target_id","id");--> statement-breakpoint
CREATE INDEX "audit_entries_actor" ON "popbox"."audit_entries" USING btree ("actor","id");--> statement-breakpoint
CREATE UNIQUE INDEX "collections_slug" ON "popbox"."collections" USING btree ("slug");--> statement-breakpoint
CREATE INDEX "collections_order" ON "popbox"."collections" USING btree ("sort_order","id");--> statement-breakpoint
CREATE INDEX "product_collections_order" ON "popbox"."product_collections" USING btree ("collection_id","position","product_id");--> statement-breakpoint
CREATE UNIQUE INDEX "product_images_storage_key" ON "popbox"."product_images" USING btree ("storage_key");--> statement-breakpoint
CREATE INDEX "product_images_order" ON "popbox"."product_images" USING btree ("product_id","sort_order","created_at","id");--> statement-breakpoint
CREATE INDEX "product_tags_tag" ON "popbox"."product_tags" USING btree ("tag_id","product_id");--> statement-breakpoint
CREATE UNIQUE INDEX "products_slug" ON "popbox"."products" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "products_sku" ON "popbox"."products" USING btree ("sku");--> statement-breakpoint
CREATE INDEX "products_newest" ON "popbox"."products" USING btree ("created_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE status = 'active';--> statement-breakpoint
CREATE INDEX "products_price_asc" ON "popbox"."products" USING btree ("min_price_cents","id" DESC NULLS LAST) WHERE status = 'active';--> statement-breakpoint
CREATE INDEX "products_price_desc" ON "popbox"."products" USING btree ("min_price_cents" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE status = 'active';--> statement-breakpoint
CREATE INDEX "products_name_asc" ON "popbox"."products" USING btree ("name_key","id" DESC NULLS LAST) WHERE status = 'active';--> statement-breakpoint
CREATE INDEX "products_name_desc" ON "popbox"."products" USING btree ("name_key" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE status = 'active';--> statement-breakpoint
CREATE INDEX "products_trending" ON "popbox"."products" USING btree ("trending_score" DESC NULLS LAST,"created_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE status = 'active';--> statement-breakpoint
CREATE UNIQUE INDEX "tags_slug" ON "popbox"."tags" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "variants_name" ON "popbox"."variants" USING btree ("product_id",lower(btrim(name)));--> statement-breakpoint
CREATE UNIQUE INDEX "variants_sku" ON "popbox"."variants" USING btree ("sku");--> statement-breakpoint
CREATE UNIQUE INDEX "variants_one_default" ON "popbox"."variants" USING btree ("product_id") WHERE is_default;--> statement-breakpoint
CREATE UNIQUE INDEX "checkout_attempts_key" ON "popbox"."checkout_attempts" USING btree ("actor","endpoint","idempotency_key");--> statement-breakpoint
CREATE UNIQUE INDEX "checkout_attempts_order" ON "popbox"."checkout_attempts" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "checkout_attempts_running" ON "popbox"."checkout_attempts" USING btree ("lease_until") WHERE state = 'running';--> statement-breakpoint
CREATE INDEX "checkout_attempts_created" ON "popbox"."checkout_attempts" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "holds_one_that_counts_per_line" ON "popbox"."holds" USING btree ("order_line_id") WHERE state IN ('live', 'converted');--> statement-breakpoint
CREATE INDEX "holds_order" ON "popbox"."holds" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "holds_live_inventory" ON "popbox"."holds" USING btree ("inventory_id") WHERE state = 'live';--> statement-breakpoint
CREATE UNIQUE INDEX "inventory_variant" ON "popbox"."inventory" USING btree ("variant_id");--> statement-breakpoint
CREATE UNIQUE INDEX "inventory_kuji_product" ON "popbox"."inventory" USING btree ("product_id") WHERE variant_id IS NULL;--> statement-breakpoint
CREATE INDEX "inventory_product" ON "popbox"."inventory" USING btree ("product_id");--> statement-breakpoint
CREATE INDEX "inventory_movements_row" ON "popbox"."inventory_movements" USING btree ("inventory_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "inventory_movements_held_once" ON "popbox"."inventory_movements" USING btree ("hold_id") WHERE reason = 'held';--> statement-breakpoint
CREATE UNIQUE INDEX "inventory_movements_ended_once" ON "popbox"."inventory_movements" USING btree ("hold_id") WHERE "reason" IN ('sold', 'hold_expired', 'hold_released');--> statement-breakpoint
CREATE UNIQUE INDEX "kuji_holds_seq" ON "popbox"."kuji_holds" USING btree ("set_id","hold_seq");--> statement-breakpoint
CREATE INDEX "kuji_numbers_free" ON "popbox"."kuji_numbers" USING btree ("set_id","number") WHERE state = 'free';--> statement-breakpoint
CREATE UNIQUE INDEX "kuji_prizes_code" ON "popbox"."kuji_prizes" USING btree ("set_id","prize_code");--> statement-breakpoint
CREATE UNIQUE INDEX "kuji_prizes_one_last_one" ON "popbox"."kuji_prizes" USING btree ("set_id") WHERE prize_tier = 'LO';--> statement-breakpoint
CREATE INDEX "kuji_prizes_order" ON "popbox"."kuji_prizes" USING btree ("set_id","sort_order","id");--> statement-breakpoint
CREATE UNIQUE INDEX "kuji_seals_one_current" ON "popbox"."kuji_seals" USING btree ("set_id") WHERE state = 'current';--> statement-breakpoint
CREATE UNIQUE INDEX "kuji_sets_number" ON "popbox"."kuji_sets" USING btree ("product_id","set_number");--> statement-breakpoint
CREATE UNIQUE INDEX "kuji_sets_code" ON "popbox"."kuji_sets" USING btree ("set_code");--> statement-breakpoint
CREATE UNIQUE INDEX "kuji_sets_one_on_sale" ON "popbox"."kuji_sets" USING btree ("product_id") WHERE state IN ('draft', 'open');--> statement-breakpoint
CREATE UNIQUE INDEX "kuji_tickets_number_taken" ON "popbox"."kuji_tickets" USING btree ("set_id","number") WHERE kind = 'number' AND (voided_at IS NULL OR revealed_at IS NOT NULL);--> statement-breakpoint
CREATE UNIQUE INDEX "kuji_tickets_one_last_one" ON "popbox"."kuji_tickets" USING btree ("set_id") WHERE kind = 'last_one' AND (voided_at IS NULL OR revealed_at IS NOT NULL);--> statement-breakpoint
CREATE UNIQUE INDEX "kuji_tickets_seq" ON "popbox"."kuji_tickets" USING btree ("set_id","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "kuji_tickets_ticket_number" ON "popbox"."kuji_tickets" USING btree ("ticket_number") WHERE voided_at IS NULL OR revealed_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX "kuji_tickets_order" ON "popbox"."kuji_tickets" USING btree ("order_id","created_at","id");--> statement-breakpoint
CREATE INDEX "kuji_tickets_prize" ON "popbox"."kuji_tickets" USING btree ("prize_id");--> statement-breakpoint
CREATE UNIQUE INDEX "guest_grants_token_hash" ON "popbox"."guest_grants" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "guest_grants_order" ON "popbox"."guest_grants" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "order_events_order" ON "popbox"."order_events" USING btree ("order_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "order_lines_number" ON "popbox"."order_lines" USING btree ("order_id","line_number");--> statement-breakpoint
CREATE UNIQUE INDEX "order_lines_merged" ON "popbox"."order_lines" USING btree ("order_id","product_id",coalesce(variant_id, product_id));--> statement-breakpoint
CREATE INDEX "order_lines_product" ON "popbox"."order_lines" USING btree ("product_id");--> statement-breakpoint
CREATE INDEX "order_lines_variant" ON "popbox"."order_lines" USING btree ("variant_id");--> statement-breakpoint
CREATE UNIQUE INDEX "orders_public_id" ON "popbox"."orders" USING btree ("public_id");--> statement-breakpoint
CREATE INDEX "orders_created" ON "popbox"."orders" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "orders_status_created" ON "popbox"."orders" USING btree ("status","created_at","id");--> statement-breakpoint
CREATE INDEX "orders_customer" ON "popbox"."orders" USING btree ("customer_id","created_at");--> statement-breakpoint
CREATE INDEX "orders_user" ON "popbox"."orders" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "orders_email" ON "popbox"."orders" USING btree ("email");--> statement-breakpoint
CREATE INDEX "orders_paid" ON "popbox"."orders" USING btree ("paid_at") WHERE paid_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX "orders_due" ON "popbox"."orders" USING btree ("hold_expires_at") WHERE payment_state IN ('awaiting', 'processing');--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_mails_key" ON "popbox"."outbox_mails" USING btree ("key");--> statement-breakpoint
CREATE INDEX "outbox_mails_order" ON "popbox"."outbox_mails" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "outbox_mails_unsent" ON "popbox"."outbox_mails" USING btree ("created_at") WHERE state = 'queued';--> statement-breakpoint
CREATE UNIQUE INDEX "payment_entries_ref" ON "popbox"."payment_entries" USING btree ("kind","provider_ref");--> statement-breakpoint
CREATE INDEX "payment_entries_payment" ON "popbox"."payment_entries" USING btree ("payment_id");--> statement-breakpoint
CREATE UNIQUE INDEX "payments_order" ON "popbox"."payments" USING btree ("order_id");--> statement-breakpoint
CREATE UNIQUE INDEX "payments_session" ON "popbox"."payments" USING btree ("session_id");--> statement-breakpoint
CREATE UNIQUE INDEX "payments_intent" ON "popbox"."payments" USING btree ("intent_id");--> statement-breakpoint
CREATE UNIQUE INDEX "inbound_events_event" ON "popbox"."inbound_events" USING btree ("provider","event_id");--> statement-breakpoint
CREATE INDEX "inbound_events_open" ON "popbox"."inbound_events" USING btree ("created_at") WHERE state IN ('received', 'failed');--> statement-breakpoint
CREATE INDEX "inbound_events_object" ON "popbox"."inbound_events" USING btree ("object_id");
CREATE TABLE "popbox"."contact_messages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"first_name" varchar(50) NOT NULL,
	"last_name" varchar(50),
	"email" varchar(320) NOT NULL,
	"inquiry_type" varchar(32) NOT NULL,
	"order_number" varchar(50),
	"requested_series" varchar(120),
	"message" varchar(1000) NOT NULL,
	"sender_hash" varchar(64) NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "contact_messages_inquiry_type" CHECK ("inquiry_type" IN ('product-request', 'order-support', 'shipping-support', 'ticket-support', 'general')),
	CONSTRAINT "contact_messages_support_names_order" CHECK (inquiry_type NOT LIKE '%-support' OR order_number IS NOT NULL),
	CONSTRAINT "contact_messages_request_names_series" CHECK (inquiry_type <> 'product-request' OR requested_series IS NOT NULL)
);
--> statement-breakpoint
ALTER TABLE "popbox"."contact_messages" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."faq_items" (
	"id" uuid PRIMARY KEY NOT NULL,
	"question" varchar(500) NOT NULL,
	"answer" varchar(10000) NOT NULL,
	"category" varchar(120) NOT NULL,
	"sort_order" integer NOT NULL,
	"is_published" boolean NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "faq_items_not_blank" CHECK (btrim(question) <> '' AND btrim(answer) <> ''),
	CONSTRAINT "faq_items_sort_order" CHECK (sort_order >= 0)
);
--> statement-breakpoint
ALTER TABLE "popbox"."faq_items" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "popbox"."legal_documents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"type" varchar(32) NOT NULL,
	"version" integer NOT NULL,
	"content" varchar(100000) NOT NULL,
	"is_active" boolean NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "legal_documents_type" CHECK ("type" IN ('shipping_returns', 'terms', 'privacy')),
	CONSTRAINT "legal_documents_version_positive" CHECK (version > 0),
	CONSTRAINT "legal_documents_not_blank" CHECK (btrim(content) <> '')
);
--> statement-breakpoint
ALTER TABLE "popbox"."legal_documents" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "contact_messages_sender" ON "popbox"."contact_messages" USING btree ("sender_hash","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "legal_documents_version" ON "popbox"."legal_documents" USING btree ("type","version");--> statement-breakpoint
CREATE UNIQUE INDEX "legal_documents_one_active" ON "popbox"."legal_documents" USING btree ("type") WHERE is_active;--> statement-breakpoint
CREATE TRIGGER faq_items_touch BEFORE UPDATE ON popbox.faq_items FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();
--> statement-breakpoint
CREATE TRIGGER legal_documents_touch BEFORE UPDATE ON popbox.legal_documents FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();
--> statement-breakpoint
-- What a shopper agreed to can be shown for ever: only whether a version is active changes.
CREATE TRIGGER legal_documents_keep_text BEFORE UPDATE OF id, type, version, content, created_at
  ON popbox.legal_documents FOR EACH ROW EXECUTE FUNCTION popbox.keep_as_written();
--> statement-breakpoint
CREATE TRIGGER legal_documents_stay BEFORE DELETE ON popbox.legal_documents FOR EACH ROW EXECUTE FUNCTION popbox.refuse_change();

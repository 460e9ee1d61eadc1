CREATE TABLE "popbox"."storage_deletions" (
	"key" varchar(255) PRIMARY KEY NOT NULL,
	"state" varchar(16) NOT NULL,
	"reason" varchar(32) NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "storage_deletions_state" CHECK ("state" IN ('unclaimed', 'condemned')),
	CONSTRAINT "storage_deletions_reason" CHECK ("reason" IN ('upload_unfinished', 'upload_failed', 'never_used', 'removed')),
	CONSTRAINT "storage_deletions_attempts" CHECK (attempts >= 0)
);
--> statement-breakpoint
ALTER TABLE "popbox"."storage_deletions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "storage_deletions_due" ON "popbox"."storage_deletions" USING btree ("due_at");
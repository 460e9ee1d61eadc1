ALTER TABLE "popbox"."suppressed_addresses" ALTER COLUMN "email" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "popbox"."suppressed_addresses" ADD COLUMN "address_hash" varchar(64);--> statement-breakpoint
CREATE UNIQUE INDEX "suppressed_addresses_hash" ON "popbox"."suppressed_addresses" USING btree ("address_hash");--> statement-breakpoint
ALTER TABLE "popbox"."suppressed_addresses" ADD CONSTRAINT "suppressed_addresses_one_form" CHECK (num_nonnulls(email, address_hash) = 1);--> statement-breakpoint
ALTER TABLE "popbox"."suppressed_addresses" ADD CONSTRAINT "suppressed_addresses_hash_shape" CHECK (address_hash ~ '^[0-9a-f]{64}$');
-- Every write of the catalogue is in the audit; what the storefront shows of it has to be made anew.
CREATE FUNCTION popbox.note_catalogue_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO popbox.catalogue_changes (target_type, target_id) VALUES (NEW.target_type, NEW.target_id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_entries_note_change AFTER INSERT ON popbox.audit_entries FOR EACH ROW
  WHEN (NEW.target_type IN ('product', 'variant', 'inventory', 'product_image', 'kuji_prize', 'kuji_set', 'collection',
    'collections', 'tag', 'legal_document', 'faq_item', 'settings'))
  EXECUTE FUNCTION popbox.note_catalogue_change();
--> statement-breakpoint
CREATE TRIGGER webhook_endpoints_touch BEFORE UPDATE ON popbox.webhook_endpoints FOR EACH ROW EXECUTE FUNCTION popbox.touch_updated_at();

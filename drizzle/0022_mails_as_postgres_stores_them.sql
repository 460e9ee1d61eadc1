-- Kept in their rows as they are, mails fill four times as much of the write-ahead log, which costs more than compressing them.
ALTER TABLE popbox.outbox_mails RESET (toast_tuple_target);

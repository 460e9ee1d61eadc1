import { z } from 'zod';

/** RFC 5321: no mail server takes longer ones. */
const MAX_LENGTH = 254;
const MAX_LOCAL_PART = 64;

/** An address that somebody may have; whether he has it shows when a mail arrives. */
export const emailSchema = z
  .string()
  .trim()
  .max(MAX_LENGTH)
  .pipe(z.email())
  .refine((email) => email.indexOf('@') <= MAX_LOCAL_PART, 'Must be an e-mail address.');

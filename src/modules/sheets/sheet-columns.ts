/** The columns of a sheet, in the order of an export. An import may leave out all but those that find a row's thing. */
export const SHEET_COLUMNS = [
  'sku',
  'product_slug',
  'product_name',
  'product_type',
  'status',
  'description',
  'collections',
  'tags',
  'purchase_limit',
  'variant_name',
  'price_cad',
  'is_active',
  'is_default',
  'on_hand',
  'on_hand_seen',
  'low_stock_threshold',
] as const;
export type SheetColumn = (typeof SHEET_COLUMNS)[number];

/** What is wrong with one row, for the person at the spreadsheet. */
export type RowFault = {
  /** As a text editor counts: the first is 1, the header's. Of a row over several lines its first. */
  line: number;
  /** Null where the row as a whole is meant. */
  column: SheetColumn | null;
  code: string;
  message: string;
};

/** Between the slugs of one cell. */
export const LIST_SEPARATOR = '|';
/** Empties a list or takes a limit away; a blank cell leaves it. */
export const NONE = 'none';

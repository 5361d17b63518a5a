/** Sales are not written to the stock ledger: the shelf and the books drift apart, as in shops whose stock column has no record of who changed it. */
export const ledgerEntryMissing = `
  CREATE TRIGGER IF NOT EXISTS planted_ledger AFTER INSERT ON stock_ledger WHEN NEW.reason = 'sale'
  BEGIN DELETE FROM stock_ledger WHERE id = NEW.id; END`

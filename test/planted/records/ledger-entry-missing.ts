/** Sales are not written to the stock ledger: the shelf and the books drift apart, as in shops whose stock column has no record of who changed it. */
export const ledgerEntryMissing = {
  sqlite: `
    CREATE TRIGGER IF NOT EXISTS planted_ledger AFTER INSERT ON stock_ledger WHEN NEW.reason = 'sale'
    BEGIN DELETE FROM stock_ledger WHERE id = NEW.id; END`,
  postgres: `
    CREATE FUNCTION planted_ledger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM stock_ledger WHERE id = NEW.id; RETURN NULL; END $$;
    CREATE TRIGGER planted_ledger AFTER INSERT ON stock_ledger FOR EACH ROW WHEN (NEW.reason = 'sale') EXECUTE FUNCTION planted_ledger()`,
}

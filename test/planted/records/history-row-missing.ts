/** The confirmation leaves no trace in the order's history: the row that support would look for is not there. */
export const historyRowMissing = {
  sqlite: `
    CREATE TRIGGER IF NOT EXISTS planted_history AFTER INSERT ON order_history WHEN NEW.change = 'confirmed'
    BEGIN DELETE FROM order_history WHERE order_id = NEW.order_id AND version = NEW.version; END`,
  postgres: `
    CREATE FUNCTION planted_history() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM order_history WHERE order_id = NEW.order_id AND version = NEW.version; RETURN NULL; END $$;
    CREATE TRIGGER planted_history AFTER INSERT ON order_history FOR EACH ROW WHEN (NEW.change = 'confirmed') EXECUTE FUNCTION planted_history()`,
}

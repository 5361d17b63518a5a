/** The limit of a preorder is shown to buyers, and lost on the way to where units are promised. */
export const backorderLimitForgotten = {
  sqlite: `
    CREATE TRIGGER IF NOT EXISTS planted_limit_new AFTER INSERT ON variants BEGIN UPDATE variants SET backorder_limit = NULL WHERE id = NEW.id; END;
    CREATE TRIGGER IF NOT EXISTS planted_limit AFTER UPDATE OF backorder_limit ON variants WHEN NEW.backorder_limit IS NOT NULL
    BEGIN UPDATE variants SET backorder_limit = NULL WHERE id = NEW.id; END`,
  postgres: `
    CREATE FUNCTION planted_limit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.backorder_limit := NULL; RETURN NEW; END $$;
    CREATE TRIGGER planted_limit BEFORE INSERT OR UPDATE ON variants FOR EACH ROW EXECUTE FUNCTION planted_limit()`,
}

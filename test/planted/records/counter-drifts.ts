/** A release gives back one unit too many whenever there are units to spare: the counter of reserved units is kept beside the reservations and drifts. */
export const counterDrifts = {
  sqlite: `
    CREATE TRIGGER IF NOT EXISTS planted_counter AFTER UPDATE OF status ON reservations WHEN NEW.status = 'released'
    BEGIN UPDATE stock_levels SET reserved = max(0, reserved - 1); END`,
  postgres: `
    CREATE FUNCTION planted_counter() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE stock_levels SET reserved = greatest(0, reserved - 1); RETURN NULL; END $$;
    CREATE TRIGGER planted_counter AFTER UPDATE OF status ON reservations FOR EACH ROW WHEN (NEW.status = 'released') EXECUTE FUNCTION planted_counter()`,
}

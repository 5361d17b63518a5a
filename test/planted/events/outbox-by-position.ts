/**
 * Events stand in the order of their numbers, whichever transaction wrote them: a reader that has passed a number never sees the event of a transaction which drew an
 * earlier one and commits later. What outboxes with nothing but a serial column do.
 */
export const outboxByPosition = {
  postgres: `
    CREATE FUNCTION planted_position() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.tx := 1; RETURN NEW; END $$;
    CREATE TRIGGER planted_position BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION planted_position()`,
}

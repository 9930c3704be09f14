CREATE OR REPLACE TRIGGER {trigger}
AFTER {operation} ON {table}
{references}FOR EACH STATEMENT
EXECUTE FUNCTION {function}()

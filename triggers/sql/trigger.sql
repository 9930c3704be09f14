CREATE OR REPLACE TRIGGER {trigger}
{event} ON {table}
{references}FOR EACH {level}
EXECUTE FUNCTION {function}()

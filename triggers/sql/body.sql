
#variable_conflict use_column
{variables}
BEGIN
    {tellings}
    RETURN NULL;
{on_error}
END

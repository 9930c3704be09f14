
#variable_conflict use_column
BEGIN
    {tellings}
    RETURN NULL;
{on_error}END

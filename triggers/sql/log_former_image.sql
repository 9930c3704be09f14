(SELECT before.image FROM old_rows AS former, {before})

coalesce(rowcast.told_message, (SELECT {message} FROM {rows} AS changed, {gone} LIMIT 1))

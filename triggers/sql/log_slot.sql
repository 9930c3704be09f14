(date_part('epoch', clock_timestamp()) / {seconds})::bigint % {leaves}

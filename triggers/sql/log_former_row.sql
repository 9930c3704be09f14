(SELECT former.*::record FROM old_rows AS former)

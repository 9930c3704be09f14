DO {block}

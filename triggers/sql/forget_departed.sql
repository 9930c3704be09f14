PERFORM set_config({departed}, '', true);
